"""Groups the lines of a file with drain3 with its documentation's masks; prints its version, seconds and how many groups there are."""
import json, logging, sys, time
from importlib.metadata import version
from drain3 import TemplateMiner
from drain3.masking import MaskingInstruction
from drain3.template_miner_config import TemplateMinerConfig

logging.disable(logging.CRITICAL)
with open(sys.argv[1], encoding="utf-8", errors="replace") as file:
    lines = file.read().splitlines()
# The masks of its own documentation (drain3.ini): without any it sees another message in every number.
config = TemplateMinerConfig()
config.masking_instructions = [
    MaskingInstruction(r"((?<=[^A-Za-z0-9])|^)(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})((?=[^A-Za-z0-9])|$)", "IP"),
    MaskingInstruction(r"((?<=[^A-Za-z0-9])|^)(0x[a-f0-9A-F]+)((?=[^A-Za-z0-9])|$)", "HEX"),
    MaskingInstruction(r"((?<=[^A-Za-z0-9])|^)([\-\+]?\d+)((?=[^A-Za-z0-9])|$)", "NUM"),
]
miner = TemplateMiner(config=config)
began = time.perf_counter()
for line in lines:
    miner.add_log_message(line)
seconds = time.perf_counter() - began
print(json.dumps({"version": version("drain3"), "seconds": seconds, "clusters": len(miner.drain.clusters)}))

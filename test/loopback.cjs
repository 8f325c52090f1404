// Preloaded into programs of others: whatever address they mean to listen on, they listen on 127.0.0.1.
const { Server } = require('node:net')

const { listen } = Server.prototype
Server.prototype.listen = function (first, ...rest) {
  if (typeof first === 'object' && first !== null && 'port' in first) {
    return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest)
  }
  if (!/^\d+$/.test(String(first))) return listen.call(this, first, ...rest) // a pipe
  return listen.call(
    this,
    { port: Number(first), host: '127.0.0.1' },
    ...rest.filter(each => typeof each === 'function'),
  )
}

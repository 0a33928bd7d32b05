// The parts of js-libp2p that the page imports, for a bundler to put into one file.
export { gossipsub } from '@libp2p/gossipsub'
export { identify } from '@libp2p/identify'
export { noise } from '@libp2p/noise'
export { webTransport } from '@libp2p/webtransport'
export { multiaddr } from '@multiformats/multiaddr'
export { createLibp2p } from 'libp2p'

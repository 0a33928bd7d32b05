/** The real environment: event loops, sockets, timers, names and interfaces of the operating system. */
package libp2p.system;

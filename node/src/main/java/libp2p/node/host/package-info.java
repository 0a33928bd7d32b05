/** The parts that the commands of the program share: options of a host, output, exit codes, limits and plug-ins. */
package libp2p.node.host;

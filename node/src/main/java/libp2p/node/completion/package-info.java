/** The completion of the program's command lines in shells. */
package libp2p.node.completion;

/** Whole hosts in the simulator. */
package libp2p.scenarios;

/** How often strangers may ask for something: pure tables without threads or clocks. */
package libp2p.nat.rate;

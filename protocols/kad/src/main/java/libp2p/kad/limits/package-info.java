/** Names the records of bounds of this module. */
@org.jspecify.annotations.NullMarked
package libp2p.kad.limits;

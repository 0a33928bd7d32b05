/**
 * Blocks in tiers: memory before disk before whatever is further away. Blocks that are read often move up; the memory
 * tier adapts itself between blocks read lately and blocks read often.
 */
package libp2p.blocks.tier;

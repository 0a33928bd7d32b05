package libp2p.blocks;

import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Something that a log of blocks has lost.
 *
 * @param hash of the block, or null where even that cannot be read
 * @param place file, offset and what is wrong there, for people
 */
public record LogDamage(@Nullable Multihash hash, String place) {}

/** A peer that has the legacy secure channel SECIO alone, for runs with the one library that still has it. */
@NullMarked
package libp2p.interop.secio;

import org.jspecify.annotations.NullMarked;

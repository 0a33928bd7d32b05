/**
 * A file system in memory that forgets, in a power failure, what was not forced. It knows nothing of this project, so
 * that classes of the project can be loaded a second time above it.
 */
@org.jspecify.annotations.NullMarked
package libp2p.scenarios.lossy;

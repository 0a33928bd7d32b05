/**
 * Side by side with go-libp2p and rust-libp2p: starts our program and theirs as processes that obey one command line
 * ({@code quality/interop/peers/README.md}), lets them talk over loopback in turns, and writes down medians, their spread and
 * their ratios. The harness knows nothing of the library, so that all are measured in the same way.
 *
 * <p>The package has more than 25 classes because each measurement is one, and all share the programs that they start.
 */
@org.jspecify.annotations.NullMarked
package libp2p.benchmarks;

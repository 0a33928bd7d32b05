/**
 * Runs our node against real peers: programs around other libp2p implementations that obey one command line
 * ({@code quality/interop/peers/README.md}), each pair in both roles.
 *
 * <p>A {@link libp2p.interop.Cell} is one check between two peers over one transport, security protocol and muxer. The
 * {@link libp2p.interop.Matrix} lists the cells, the {@link libp2p.interop.Runner} runs them, a few at a time, against
 * long-lived {@link libp2p.interop.Listener listeners}, and the {@link libp2p.interop.Report} tells what came out.
 * Only processes started here are ever ended.
 */
@NullMarked
package libp2p.interop;

import org.jspecify.annotations.NullMarked;

/**
 * Runs whole hosts in a world of its own, deterministically. {@link libp2p.simulator.Simulation} is the entrance,
 * {@link libp2p.simulator.Seeds} runs a test under many seeds.
 *
 * <p><b>Threads.</b> All threads of a simulation are virtual threads on one carrier, the thread that calls {@code run}.
 * They take turns: one runs until it parks, contends for a lock, or comes to a schedule point (which every call of the
 * network, every wait and every thread start is); then the seed picks the next. Java data needs no locks for the
 * simulator's sake, and what it cannot see, it cannot interleave: between two such places a thread runs undisturbed.
 *
 * <p><b>Time</b> passes when no thread is ready: it jumps to the next timer or frame. Some seeds let every turn take a
 * little time.
 *
 * <p><b>The network</b> carries TCP with bounded buffers and UDP over links with latency, jitter, bandwidth, loss, cuts
 * and partitions. TCP behaves as on Linux: order, back-pressure, FIN and RST, retries with growing pauses.
 *
 * <p><b>Event loops.</b> A host has one or two. Each is a thread that serves the sockets which are read by events, in
 * an order that the seed picks. An action on a loop must not wait; if it does, the run fails and names the loop.
 *
 * <p><b>The JVM</b> must be 25 or later, with {@code --add-opens java.base/java.lang=ALL-UNNAMED}
 * ({@code =libp2p.simulator} on the module path).
 *
 * <p>The package has more than 25 classes because scheduler, network and routers share state without locks, which only
 * one thread at a time may touch; two packages would have to open it to all code.
 */
package libp2p.simulator;

/**
 * Small parts that several protocols need: a {@link libp2p.core.concurrent.TokenBucket} for rates and a
 * {@link libp2p.core.concurrent.TaskGroup} for work in several threads. All of them take time and threads from an
 * {@link libp2p.core.environment.Environment}.
 */
package libp2p.core.concurrent;

/**
 * Small parts that several protocols need: a {@link libp2p.core.concurrent.TokenBucket} for one rate, {@link
 * libp2p.core.concurrent.KeyedRates} for those of many peers, and a {@link libp2p.core.concurrent.TaskGroup} for work
 * in several threads. All of them take time and threads from an {@link libp2p.core.environment.Environment}.
 */
package libp2p.core.concurrent;

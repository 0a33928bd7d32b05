/**
 * Which of several providers to ask: {@link libp2p.discovery.providers.ProviderStatistics} remembers how each has
 * served, {@link libp2p.discovery.providers.EnhancedDhtDiscovery} finds providers by any content routing and ranks
 * them.
 */
package libp2p.discovery.providers;

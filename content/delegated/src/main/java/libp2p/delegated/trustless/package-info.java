/**
 * Getting content from trustless gateways: raw blocks and CARs, each block verified before anybody sees it.
 */
package libp2p.delegated.trustless;

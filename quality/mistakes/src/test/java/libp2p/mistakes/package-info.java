/**
 * Mistakes that are planted into the product one at a time, to see which tests notice them.
 */
package libp2p.mistakes;

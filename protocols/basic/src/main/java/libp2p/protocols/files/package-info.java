/** Files by their SHA-256: whole, as {@code /fileshare/1.0.0}, and from any offset, as {@code /ipfs-kit/file/1.0.0}. */
package libp2p.protocols.files;

/**
 * IPNS (specification {@code ipns-record}): a name is the hash of a public key, its owner signs records that say what
 * the name stands for. {@link libp2p.ipns.IpnsRecord} makes and checks them, {@link libp2p.ipns.IpnsValidator} judges
 * them for a value store, {@link libp2p.ipns.Ipns} publishes and resolves through one. The bounds are in {@link
 * IpnsLimits}.
 */
package libp2p.ipns;

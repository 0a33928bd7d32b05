import static java.nio.charset.StandardCharsets.UTF_8;

import libp2p.core.environment.Deadline;
import libp2p.ipfs.IpfsOptions;
import libp2p.ipfs.IpfsPeer;
import libp2p.ipfs.Role;
import libp2p.pubsub.PubSubService;

/**
 * The program of ipfs_kit_py's page on libp2p, line by line: a worker that connects to a bootstrap peer and gets content
 * by its CID. Bootstrap peer and CID are those of a master that it starts itself, or of the command line:
 * {@code examples/run KitPeer /ip4/…/tcp/4001/p2p/… bafy…}.
 */
void main(String[] arguments) throws Exception {
    IpfsOptions options = IpfsOptions.DEFAULT.withListen("/ip4/127.0.0.1/tcp/0").withKadPrefix("/example");
    try (IpfsPeer fixture = IpfsPeer.start(Role.MASTER, options)) {
        String cid = arguments.length > 1 ? arguments[1] : fixture.add("hello from a peer\n".getBytes(UTF_8)).toString();
        String bootstrapAddr =
                arguments.length > 0 ? arguments[0] : fixture.host().fullAddresses().getFirst().toString();

        // libp2p_peer = IPFSLibp2pPeer(role="worker"); await libp2p_peer.start()
        IpfsPeer libp2pPeer = IpfsPeer.start(Role.WORKER, options);
        // await libp2p_peer.connect(bootstrap_addr)
        libp2pPeer.connect(bootstrapAddr);
        // data = await libp2p_peer.get_content_by_cid("Qm…")
        byte[] data = libp2pPeer.contentByCid(cid);
        System.out.print(new String(data, UTF_8));
        // content = kit.cat("Qm…"), where what is not in the cache comes from peers: it is in the cache now
        System.out.println(libp2pPeer.cat(cid).readAllBytes().length + " bytes, " + libp2pPeer.routing().metrics());

        // subscribe_to_topic(topic, handler), publish_to_topic(topic, data), get_topic_peers(topic), list_topics()
        var heard = new java.util.concurrent.LinkedBlockingQueue<String>();
        fixture.subscribe("news", message -> heard.add(new String(message.data(), UTF_8)));
        libp2pPeer.connect(fixture.host().fullAddresses().getFirst().toString());
        libp2pPeer.host().find(PubSubService.class).orElseThrow().awaitPeers("news", 1, Deadline.NONE);
        libp2pPeer.publish("news", "a message");
        System.out.println(heard.take() + ", topics " + fixture.topics());
        // unsubscribe_from_topic(topic)
        fixture.unsubscribe("news");

        // await libp2p_peer.stop()
        libp2pPeer.close();
    }
}

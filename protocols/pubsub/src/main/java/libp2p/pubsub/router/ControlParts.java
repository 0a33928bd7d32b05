package libp2p.pubsub.router;

import java.util.ArrayList;
import java.util.List;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.rpc.Rpc.Control;
import libp2p.pubsub.rpc.Rpc.Subscription;

/**
 * Cuts control messages into pieces that every implementation takes: rust-libp2p refuses 16 KiB of control messages at
 * once.
 */
final class ControlParts {
    /** Bytes of control messages in one RPC. */
    static final int BYTES = 15 << 10;
    /** Subscriptions in one RPC; rust-libp2p refuses more. */
    static final int SUBSCRIPTIONS = 100;
    /** Tag and length of anything. */
    static final int HEAD = 4;

    private final List<Rpc> parts = new ArrayList<>();
    private List<Rpc.IHave> haves = new ArrayList<>();
    private List<Rpc.IWant> wants = new ArrayList<>();
    private List<Rpc.Graft> grafts = new ArrayList<>();
    private List<Rpc.Prune> prunes = new ArrayList<>();
    private List<Rpc.IDontWant> dontWants = new ArrayList<>();
    private int bytes;

    private ControlParts() {}

    /** The same messages in as many RPCs as it takes, which all peers that are told the same share; extensions are not for it. */
    static List<Rpc> rpcs(Control control) {
        ControlParts cut = new ControlParts();
        for (Rpc.Graft graft : control.grafts()) {
            cut.room(HEAD + 3 * graft.topic().length());
            cut.grafts.add(graft);
        }
        for (Rpc.Prune prune : control.prunes()) {
            cut.room(size(prune));
            cut.prunes.add(prune);
        }
        for (Rpc.IHave have : control.haves()) {
            for (List<MessageId> ids : pieces(have.ids())) {
                cut.room(HEAD + 3 * have.topic().length() + size(ids));
                cut.haves.add(new Rpc.IHave(have.topic(), ids));
            }
        }
        for (Rpc.IWant want : control.wants()) {
            for (List<MessageId> ids : pieces(want.ids())) {
                cut.room(size(ids));
                cut.wants.add(new Rpc.IWant(ids));
            }
        }
        for (Rpc.IDontWant dontWant : control.dontWants()) {
            for (List<MessageId> ids : pieces(dontWant.ids())) {
                cut.room(size(ids));
                cut.dontWants.add(new Rpc.IDontWant(ids));
            }
        }
        cut.end();
        return cut.parts;
    }

    private static List<List<MessageId>> pieces(List<MessageId> ids) {
        if (size(ids) <= BYTES / 2) {
            return List.of(ids);
        }
        List<List<MessageId>> pieces = new ArrayList<>();
        int from = 0;
        int size = 0;
        for (int i = 0; i < ids.size(); i++) {
            size += HEAD + ids.get(i).length();
            if (size > BYTES - 2_048) {
                pieces.add(ids.subList(from, i));
                from = i;
                size = HEAD + ids.get(i).length();
            }
        }
        pieces.add(ids.subList(from, ids.size()));
        return pieces;
    }

    private static int size(List<MessageId> ids) {
        int size = HEAD;
        for (MessageId id : ids) {
            size += HEAD + id.length();
        }
        return size;
    }

    private static int size(Rpc.Prune prune) {
        int size = HEAD + 3 * prune.topic().length() + 11;
        for (Rpc.PeerInfo peer : prune.peers()) {
            byte[] record = peer.record();
            size += 3 * HEAD + peer.id().length + (record == null ? 0 : record.length);
        }
        return size;
    }

    private void room(int more) {
        if (bytes + more > BYTES) {
            end();
        }
        bytes += more;
    }

    private void end() {
        Control part = new Control(haves, wants, grafts, prunes, dontWants, null);
        if (!part.isEmpty()) {
            parts.add(Rpc.of(part));
        }
        haves = new ArrayList<>();
        wants = new ArrayList<>();
        grafts = new ArrayList<>();
        prunes = new ArrayList<>();
        dontWants = new ArrayList<>();
        bytes = 0;
    }

    /** RPCs that tell subscriptions. */
    static List<List<Subscription>> subscriptions(List<Subscription> all) {
        List<List<Subscription>> pieces = new ArrayList<>();
        for (int from = 0; from < all.size(); from += SUBSCRIPTIONS) {
            pieces.add(all.subList(from, Math.min(all.size(), from + SUBSCRIPTIONS)));
        }
        return pieces;
    }
}

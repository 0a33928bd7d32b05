package libp2p.ipld.codec;

import java.util.List;

/**
 * All codecs of this module. Not a constant of {@link Codec}: a thread that first uses a codec initialises its
 * interface, and would wait for ever for one that first uses the interface and initialises its codecs.
 */
final class Codecs {
    static final List<Codec> ALL = List.of(new Raw(), new DagPb(), new DagCbor(), new DagJson());

    private Codecs() {}
}

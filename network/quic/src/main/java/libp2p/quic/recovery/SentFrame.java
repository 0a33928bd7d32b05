package libp2p.quic.recovery;

import org.jspecify.annotations.Nullable;

/** A frame of a sent packet that must not be lost. It hears once what became of the packet. */
public abstract class SentFrame {
    @Nullable
    SentFrame next;

    /** A frame that is sent again as it is due then. */
    public static SentFrame again(Runnable lost) {
        return new SentFrame() {
            @Override
            public void acknowledged() {}

            @Override
            public void lost() {
                lost.run();
            }
        };
    }

    /** The remote has it. */
    public abstract void acknowledged();

    /** It has to be sent again, as far as it still matters. */
    public abstract void lost();
}

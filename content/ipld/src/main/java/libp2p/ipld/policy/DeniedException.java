package libp2p.ipld.policy;

import libp2p.ipld.ContentException;

/** Content that the owner of a node has it neither give away nor get. */
public final class DeniedException extends ContentException {
    private static final long serialVersionUID = 1;

    private final transient Denial denial;

    /** @param denial the rule that is in the way */
    public DeniedException(Denial denial) {
        super(denial.reason());
        this.denial = denial;
    }

    /** The rule that is in the way. */
    public Denial denial() {
        return denial;
    }
}

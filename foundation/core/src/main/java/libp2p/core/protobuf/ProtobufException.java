package libp2p.core.protobuf;

import java.io.IOException;

/** Bytes that are not the message they should be; the text names the message, the field and the offset. */
public class ProtobufException extends IOException {
    private static final long serialVersionUID = 1;

    /** @param message what is wrong and where; must not contain unescaped foreign text */
    public ProtobufException(String message) {
        super(message);
    }
}

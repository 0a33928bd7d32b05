package libp2p.stores;

import java.net.URI;

/**
 * Address of an object store, and the credentials of this node.
 *
 * @param endpoint scheme, host and port
 * @param region as the store calls it, for example {@code us-east-1}
 * @param prefix of all keys, for example {@code blocks/}; may be empty
 */
public record S3Options(URI endpoint, String region, String bucket, String prefix, String accessKey, String secretKey) {
    /** The secret stays out of logs. */
    @Override
    public String toString() {
        return endpoint + "/" + bucket + "/" + prefix;
    }
}

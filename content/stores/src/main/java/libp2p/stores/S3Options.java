package libp2p.stores;

import java.net.URI;

/**
 * Address of an object store, and the credentials of this node.
 *
 * @param endpoint scheme, host and port
 * @param region as the store calls it, for example {@code us-east-1}
 * @param bucket name of the bucket
 * @param prefix of all keys, for example {@code blocks/}; may be empty
 * @param accessKey of the credentials (AWS Signature, version 4)
 * @param secretKey of the credentials; never logged
 */
public record S3Options(URI endpoint, String region, String bucket, String prefix, String accessKey, String secretKey) {
    /** The secret stays out of logs. */
    @Override
    public String toString() {
        return endpoint + "/" + bucket + "/" + prefix;
    }
}

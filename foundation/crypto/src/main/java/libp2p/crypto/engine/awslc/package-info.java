/** Ed25519 by AWS-LC, where the application brings the Amazon Corretto Crypto Provider. */
@org.jspecify.annotations.NullMarked
package libp2p.crypto.engine.awslc;

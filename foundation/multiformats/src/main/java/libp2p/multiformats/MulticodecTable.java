package libp2p.multiformats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The multicodec table, read into memory by the first look-up. Each paragraph below has a tag and a status; then come
 * names with their hexadecimal codes.
 */
final class MulticodecTable {
    private static final String TEXT = """
            cid draft: cidv2=2 cidv3=3
            cid permanent: cidv1=1
            encryption draft: aes-gcm-256=2000
            filecoin permanent: fil-commitment-unsealed=f101 fil-commitment-sealed=f102
            hash draft: murmur3-32=23 crc32=132 crc64-ecma=164 crc64-nvme=165 murmur3-x64-128=1022 sha256a=7012
                xxh-32=b3e1 xxh-64=b3e2 xxh3-64=b3e3 xxh3-128=b3e4
            hash permanent: murmur3-x64-64=22
            holochain draft: holochain-adr-v0=807124 holochain-adr-v1=817124 holochain-key-v0=947124
                holochain-key-v1=957124 holochain-sig-v0=a27124 holochain-sig-v1=a37124
            ipld draft: torrent-info=7b torrent-file=7c blake3-hashseq=80 leofcoin-block=81 leofcoin-tx=82
                leofcoin-pr=83 dag-jose=85 dag-cose=86 eth-receipt-log-trie=99 eth-receipt-log=9a stellar-block=d0
                stellar-tx=d1 decred-block=e0 decred-tx=e1 dash-block=f0 dash-tx=f1 swarm-manifest=fa swarm-feed=fb
                beeson=fc swhid-1-snp=1f0 rdfc-1=b403 json-jcs=b601
            ipld permanent: cbor=51 raw=55 dag-pb=70 dag-cbor=71 libp2p-key=72 git-raw=78 eth-block=90 eth-block-list=91
                eth-tx-trie=92 eth-tx=93 eth-tx-receipt-trie=94 eth-tx-receipt=95 eth-state-trie=96
                eth-account-snapshot=97 eth-storage-trie=98 bitcoin-block=b0 bitcoin-tx=b1 bitcoin-witness-commitment=b2
                zcash-block=c0 zcash-tx=c1 dag-json=129 json=200
            key draft: aes-128=a0 aes-192=a1 aes-256=a2 chacha-128=a3 chacha-256=a4 secp256k1-pub=e7 bls12_381-g1-pub=ea
                bls12_381-g2-pub=eb x25519-pub=ec ed25519-pub=ed bls12_381-g1g2-pub=ee sr25519-pub=ef p256-pub=1200
                p384-pub=1201 p521-pub=1202 ed448-pub=1203 x448-pub=1204 rsa-pub=1205 sm2-pub=1206 mlkem-512-pub=120b
                mlkem-768-pub=120c mlkem-1024-pub=120d mldsa-44-pub=1210 mldsa-65-pub=1211 mldsa-87-pub=1212
                slhdsa-sha2-128s-pub=1220 slhdsa-shake-128s-pub=1221 slhdsa-sha2-128f-pub=1222
                slhdsa-shake-128f-pub=1223 slhdsa-sha2-192s-pub=1224 slhdsa-shake-192s-pub=1225
                slhdsa-sha2-192f-pub=1226 slhdsa-shake-192f-pub=1227 slhdsa-sha2-256s-pub=1228
                slhdsa-shake-256s-pub=1229 slhdsa-sha2-256f-pub=122a slhdsa-shake-256f-pub=122b ed25519-priv=1300
                secp256k1-priv=1301 x25519-priv=1302 sr25519-priv=1303 rsa-priv=1305 p256-priv=1306 p384-priv=1307
                p521-priv=1308 bls12_381-g1-priv=1309 bls12_381-g2-priv=130a bls12_381-g1g2-priv=130b
                bls12_381-g1-pub-share=130c bls12_381-g2-pub-share=130d bls12_381-g1-priv-share=130e
                bls12_381-g2-priv-share=130f sm2-priv=1310 ed448-priv=1311 x448-priv=1312 mlkem-512-priv=1313
                mlkem-768-priv=1314 mlkem-1024-priv=1315 jwk_jcs-priv=1316 mldsa-44-priv=1317 mldsa-65-priv=1318
                mldsa-87-priv=1319 mldsa-44-priv-seed=131a mldsa-65-priv-seed=131b mldsa-87-priv-seed=131c
                bip340-pub=1340 bip340-priv=1341 lamport-sha3-512-pub=1a14 lamport-sha3-384-pub=1a15
                lamport-sha3-256-pub=1a16 lamport-sha3-512-priv=1a24 lamport-sha3-384-priv=1a25
                lamport-sha3-256-priv=1a26 lamport-sha3-512-priv-share=1a34 lamport-sha3-384-priv-share=1a35
                lamport-sha3-256-priv-share=1a36 jwk_jcs-pub=eb51
            libp2p permanent: libp2p-peer-record=301 libp2p-relay-rsvp=302 memorytransport=309
            multiaddr deprecated: p2p-webrtc-star=113 p2p-webrtc-direct=114 p2p-stardust=115
            multiaddr draft: dccp=21 ip6zone=2a ipcidr=2b sctp=84 udp=111 webrtc-direct=118 webrtc=119 udt=12d utp=12e
                thread=196 https=1bb onion=1bc onion3=1bd garlic64=1be garlic32=1bf tls=1c0 sni=1c1 noise=1c6 shs=1c8
                webtransport=1d1 certhash=1d2 http=1e0 http-path=1e1 silverpine=3f42 plaintextv2=706c61 scion=d02000
            multiaddr permanent: ip4=4 tcp=6 ip6=29 dns=35 dns4=36 dns6=37 dnsaddr=38 p2p-circuit=122 unix=190 p2p=1a5
                quic=1cc quic-v1=1cd ws=1dd wss=1de p2p-websocket-star=1df
            multiformat draft: multicodec=30 multihash=31 multiaddr=32 multibase=33 varsig=34 caip-50=ca multidid=d1d
                multisig=1239 multikey=123a
            multihash draft: shake-128=18 shake-256=19 keccak-224=1a keccak-256=1b keccak-384=1c keccak-512=1d blake3=1e
                dbl-sha2-256=56 md4=d4 md5=d5 fr32-sha256-trunc254-padbintree=1011 ripemd-128=1052 ripemd-160=1053
                ripemd-256=1054 ripemd-320=1055 x11=1100 kt-128=1d01 kt-256=1d02 sm3-256=534d blake2b-8=b201
                blake2b-16=b202 blake2b-24=b203 blake2b-32=b204 blake2b-40=b205 blake2b-48=b206 blake2b-56=b207
                blake2b-64=b208 blake2b-72=b209 blake2b-80=b20a blake2b-88=b20b blake2b-96=b20c blake2b-104=b20d
                blake2b-112=b20e blake2b-120=b20f blake2b-128=b210 blake2b-136=b211 blake2b-144=b212 blake2b-152=b213
                blake2b-160=b214 blake2b-168=b215 blake2b-176=b216 blake2b-184=b217 blake2b-192=b218 blake2b-200=b219
                blake2b-208=b21a blake2b-216=b21b blake2b-224=b21c blake2b-232=b21d blake2b-240=b21e blake2b-248=b21f
                blake2b-264=b221 blake2b-272=b222 blake2b-280=b223 blake2b-288=b224 blake2b-296=b225 blake2b-304=b226
                blake2b-312=b227 blake2b-320=b228 blake2b-328=b229 blake2b-336=b22a blake2b-344=b22b blake2b-352=b22c
                blake2b-360=b22d blake2b-368=b22e blake2b-376=b22f blake2b-384=b230 blake2b-392=b231 blake2b-400=b232
                blake2b-408=b233 blake2b-416=b234 blake2b-424=b235 blake2b-432=b236 blake2b-440=b237 blake2b-448=b238
                blake2b-456=b239 blake2b-464=b23a blake2b-472=b23b blake2b-480=b23c blake2b-488=b23d blake2b-496=b23e
                blake2b-504=b23f blake2b-512=b240 blake2s-8=b241 blake2s-16=b242 blake2s-24=b243 blake2s-32=b244
                blake2s-40=b245 blake2s-48=b246 blake2s-56=b247 blake2s-64=b248 blake2s-72=b249 blake2s-80=b24a
                blake2s-88=b24b blake2s-96=b24c blake2s-104=b24d blake2s-112=b24e blake2s-120=b24f blake2s-128=b250
                blake2s-136=b251 blake2s-144=b252 blake2s-152=b253 blake2s-160=b254 blake2s-168=b255 blake2s-176=b256
                blake2s-184=b257 blake2s-192=b258 blake2s-200=b259 blake2s-208=b25a blake2s-216=b25b blake2s-224=b25c
                blake2s-232=b25d blake2s-240=b25e blake2s-248=b25f blake2s-256=b260 skein256-8=b301 skein256-16=b302
                skein256-24=b303 skein256-32=b304 skein256-40=b305 skein256-48=b306 skein256-56=b307 skein256-64=b308
                skein256-72=b309 skein256-80=b30a skein256-88=b30b skein256-96=b30c skein256-104=b30d skein256-112=b30e
                skein256-120=b30f skein256-128=b310 skein256-136=b311 skein256-144=b312 skein256-152=b313
                skein256-160=b314 skein256-168=b315 skein256-176=b316 skein256-184=b317 skein256-192=b318
                skein256-200=b319 skein256-208=b31a skein256-216=b31b skein256-224=b31c skein256-232=b31d
                skein256-240=b31e skein256-248=b31f skein256-256=b320 skein512-8=b321 skein512-16=b322 skein512-24=b323
                skein512-32=b324 skein512-40=b325 skein512-48=b326 skein512-56=b327 skein512-64=b328 skein512-72=b329
                skein512-80=b32a skein512-88=b32b skein512-96=b32c skein512-104=b32d skein512-112=b32e skein512-120=b32f
                skein512-128=b330 skein512-136=b331 skein512-144=b332 skein512-152=b333 skein512-160=b334
                skein512-168=b335 skein512-176=b336 skein512-184=b337 skein512-192=b338 skein512-200=b339
                skein512-208=b33a skein512-216=b33b skein512-224=b33c skein512-232=b33d skein512-240=b33e
                skein512-248=b33f skein512-256=b340 skein512-264=b341 skein512-272=b342 skein512-280=b343
                skein512-288=b344 skein512-296=b345 skein512-304=b346 skein512-312=b347 skein512-320=b348
                skein512-328=b349 skein512-336=b34a skein512-344=b34b skein512-352=b34c skein512-360=b34d
                skein512-368=b34e skein512-376=b34f skein512-384=b350 skein512-392=b351 skein512-400=b352
                skein512-408=b353 skein512-416=b354 skein512-424=b355 skein512-432=b356 skein512-440=b357
                skein512-448=b358 skein512-456=b359 skein512-464=b35a skein512-472=b35b skein512-480=b35c
                skein512-488=b35d skein512-496=b35e skein512-504=b35f skein512-512=b360 skein1024-8=b361
                skein1024-16=b362 skein1024-24=b363 skein1024-32=b364 skein1024-40=b365 skein1024-48=b366
                skein1024-56=b367 skein1024-64=b368 skein1024-72=b369 skein1024-80=b36a skein1024-88=b36b
                skein1024-96=b36c skein1024-104=b36d skein1024-112=b36e skein1024-120=b36f skein1024-128=b370
                skein1024-136=b371 skein1024-144=b372 skein1024-152=b373 skein1024-160=b374 skein1024-168=b375
                skein1024-176=b376 skein1024-184=b377 skein1024-192=b378 skein1024-200=b379 skein1024-208=b37a
                skein1024-216=b37b skein1024-224=b37c skein1024-232=b37d skein1024-240=b37e skein1024-248=b37f
                skein1024-256=b380 skein1024-264=b381 skein1024-272=b382 skein1024-280=b383 skein1024-288=b384
                skein1024-296=b385 skein1024-304=b386 skein1024-312=b387 skein1024-320=b388 skein1024-328=b389
                skein1024-336=b38a skein1024-344=b38b skein1024-352=b38c skein1024-360=b38d skein1024-368=b38e
                skein1024-376=b38f skein1024-384=b390 skein1024-392=b391 skein1024-400=b392 skein1024-408=b393
                skein1024-416=b394 skein1024-424=b395 skein1024-432=b396 skein1024-440=b397 skein1024-448=b398
                skein1024-456=b399 skein1024-464=b39a skein1024-472=b39b skein1024-480=b39c skein1024-488=b39d
                skein1024-496=b39e skein1024-504=b39f skein1024-512=b3a0 skein1024-520=b3a1 skein1024-528=b3a2
                skein1024-536=b3a3 skein1024-544=b3a4 skein1024-552=b3a5 skein1024-560=b3a6 skein1024-568=b3a7
                skein1024-576=b3a8 skein1024-584=b3a9 skein1024-592=b3aa skein1024-600=b3ab skein1024-608=b3ac
                skein1024-616=b3ad skein1024-624=b3ae skein1024-632=b3af skein1024-640=b3b0 skein1024-648=b3b1
                skein1024-656=b3b2 skein1024-664=b3b3 skein1024-672=b3b4 skein1024-680=b3b5 skein1024-688=b3b6
                skein1024-696=b3b7 skein1024-704=b3b8 skein1024-712=b3b9 skein1024-720=b3ba skein1024-728=b3bb
                skein1024-736=b3bc skein1024-744=b3bd skein1024-752=b3be skein1024-760=b3bf skein1024-768=b3c0
                skein1024-776=b3c1 skein1024-784=b3c2 skein1024-792=b3c3 skein1024-800=b3c4 skein1024-808=b3c5
                skein1024-816=b3c6 skein1024-824=b3c7 skein1024-832=b3c8 skein1024-840=b3c9 skein1024-848=b3ca
                skein1024-856=b3cb skein1024-864=b3cc skein1024-872=b3cd skein1024-880=b3ce skein1024-888=b3cf
                skein1024-896=b3d0 skein1024-904=b3d1 skein1024-912=b3d2 skein1024-920=b3d3 skein1024-928=b3d4
                skein1024-936=b3d5 skein1024-944=b3d6 skein1024-952=b3d7 skein1024-960=b3d8 skein1024-968=b3d9
                skein1024-976=b3da skein1024-984=b3db skein1024-992=b3dc skein1024-1000=b3dd skein1024-1008=b3de
                skein1024-1016=b3df skein1024-1024=b3e0 poseidon-bls12_381-a2-fc1-sc=b402 ssz-sha2-256-bmt=b502
                sha2-256-chunked=b510 bittorrent-pieces-root=b702 bcrypt-pbkdf=d00d ed2k=ed20
            multihash permanent: identity=0 sha1=11 sha2-256=12 sha2-512=13 sha3-512=14 sha3-384=15 sha3-256=16
                sha3-224=17 sha2-384=20 sha2-256-trunc254-padded=1012 sha2-224=1013 sha2-512-224=1014 sha2-512-256=1015
                blake2b-256=b220 poseidon-bls12_381-a2-fc1=b401
            multikey draft: chacha20-poly1305=a000
            multisig draft: lamport-sha3-512-sig=1a44 lamport-sha3-384-sig=1a45 lamport-sha3-256-sig=1a46
                lamport-sha3-512-sig-share=1a54 lamport-sha3-384-sig-share=1a55 lamport-sha3-256-sig-share=1a56
                es256k-msig=d01300 bls12_381-g1-msig=d01301 bls12_381-g2-msig=d01302 eddsa-msig=d01303
                bls12_381-g1-share-msig=d01304 bls12_381-g2-share-msig=d01305 lamport-msig=d01306
                lamport-share-msig=d01307 es256-msig=d01308 es384-msig=d01309 es521-msig=d0130a rs256-msig=d0130b
            namespace draft: lbry=8c streamid=ce ipld=e2 ipfs=e3 swarm=e4 ipns=e5 zeronet=e6 skynet-ns=b19910
                arweave-ns=b29910 subspace-ns=b39910 kumandra-ns=b49910 massa=b59910 massa-mainnet=b59911
                massa-buildnet=b59912 massa-deweb=b59913 massa-gossip=b59914 massa-mns=b59915 massa-sc=b59916
                massa-gossip-id=b59917 adnl=b69910
            namespace permanent: path=2f dnslink=e8
            nonce draft: nonce=123b
            serialization draft: protobuf=50 rlp=60 bencode=63 messagepack=201 car=202 x509-certificate=210
                car-index-sorted=400 car-multihash-index-sorted=401 provenance-log=1208 provenance-log-entry=1209
                provenance-log-script=120a ssz=b501
            serialization permanent: ipns-record=300
            shelter draft: shelter-contract-manifest=511e00 shelter-contract-text=511e01 shelter-contract-data=511e02
                shelter-file-manifest=511e03 shelter-file-chunk=511e04
            softhash draft: iscc=cc01
            transport draft: transport-bitswap=900 transport-graphsync-filecoinv1=910 transport-ipfs-gateway-http=920
                transport-filecoin-piece-http=930
            varsig deprecated: nonstandard-sig=d000
            varsig draft: es256k=d0e7 bls12_381-g1-sig=d0ea bls12_381-g2-sig=d0eb eddsa=d0ed eip-191=d191 es256=d01200
                es384=d01201 es512=d01202 rs256=d01205 bip340=d01206
            vlad draft: vlad=1207
            zeroxcert draft: zeroxcert-imprint-256=ce11
            """;

    private static final Multicodec[] BY_CODE = read();
    private static final Map<String, Multicodec> BY_NAME = byName();

    private MulticodecTable() {}

    private static Multicodec[] read() {
        List<Multicodec> all = new ArrayList<>();
        String tag = "";
        Multicodec.Status status = Multicodec.Status.DRAFT;
        for (String line : TEXT.split("\n")) {
            String[] words = line.strip().split(" ");
            int first = 0;
            if (words.length > 1 && words[1].endsWith(":")) {
                tag = words[0];
                String name = words[1].substring(0, words[1].length() - 1);
                status = Multicodec.Status.valueOf(name.toUpperCase(Locale.ROOT));
                first = 2;
            }
            for (int i = first; i < words.length; i++) {
                int equals = words[i].indexOf('=');
                long code = Long.parseLong(words[i].substring(equals + 1), 16);
                all.add(new Multicodec(words[i].substring(0, equals), tag, code, status));
            }
        }
        all.sort(Comparator.comparingLong(Multicodec::code));
        return all.toArray(Multicodec[]::new);
    }

    private static Map<String, Multicodec> byName() {
        Map<String, Multicodec> byName = HashMap.newHashMap(BY_CODE.length);
        for (Multicodec codec : BY_CODE) {
            byName.put(codec.label(), codec);
        }
        return byName;
    }

    static @Nullable Multicodec of(long code) {
        int low = 0;
        int high = BY_CODE.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long found = BY_CODE[middle].code();
            if (found == code) {
                return BY_CODE[middle];
            }
            if (found < code) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    static @Nullable Multicodec of(String name) {
        return BY_NAME.get(name);
    }

    static List<Multicodec> all() {
        return List.copyOf(Arrays.asList(BY_CODE));
    }
}

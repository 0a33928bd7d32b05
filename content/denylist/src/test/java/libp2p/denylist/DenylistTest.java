package libp2p.denylist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import libp2p.core.testing.Json;
import libp2p.ipld.policy.Denial;
import libp2p.multiformats.Cid;
import libp2p.multiformats.HashFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the compact denylist format. */
class DenylistTest {
    private static final String CID = "bafybeihvvulpp4evxj7x7armbqcyg6uezzuig6jp3lktpbovlqfkuqeuoq";

    private static Denylist read(String text) throws IOException {
        return read(text, DenylistLimits.DEFAULT);
    }

    private static Denylist read(String text, DenylistLimits limits) throws IOException {
        return Denylist.read("x.deny", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), limits);
    }

    private static Denial denial(Denylist list, String path) {
        List<String> parts =
                Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toList();
        return list.path(parts.get(0), parts.get(1), parts.subList(2, parts.size()));
    }

    private static Denylist suite() throws IOException {
        return Denylist.read(
                "test.deny",
                new ByteArrayInputStream(Json.bytes("/vectors/denylist/test.deny")),
                DenylistLimits.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                CID,
                "bafkreihvvulpp4evxj7x7armbqcyg6uezzuig6jp3lktpbovlqfkuqeuoq",
                "QmesfgDQ3q6prBy2Kg2gKbW4MAGuWiRP2DVuGA5MZSERLo",
                "QmdWFA9FL52hx3j9EJZPQP1ZUH8Ygi5tLCX2cRDs6knSf8",
                "bafybeiefwqslmf6zyyrxodaxx4vwqircuxpza5ri45ws3y5a62ypxti42e",
                "bafybeidjwik6im54nrpfg7osdvmx7zojl5oaxqel5cmsz46iuelwf5acja",
                "QmVTF1yEejXd9iMgoRTFDxBv7HAz9kuZcQNBzHrceuK9HR",
            })
    void blocksOfTheSuiteAreDenied(String cid) throws IOException {
        assertThat(suite().block(Cid.parse(cid))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn",
                "bafyaabakaieac",
                "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
                "bafkqaaa",
                "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH",
                "bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua",
                "baguqeeraiqjw7i2vwntyuekgvulpp2det2kpwt6cd7tx5ayqybqpmhfk76fa",
                "Qmah2YDTfrox4watLCr3YgKyBwvjq8FJZEFdWY6WtJ3Xt2",
                "bafkreiefwqslmf6zyyrxodaxx4vwqircuxpza5ri45ws3y5a62ypxti42e",
            })
    void harmlessBlocksAndThoseWithRulesForTheirPathsAreNot(String cid) throws IOException {
        assertThat(suite().block(Cid.parse(cid))).isNull();
        assertThat(denial(suite(), "/ipfs/" + cid)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ipfs/" + CID,
                "/ipfs/bafkreihvvulpp4evxj7x7armbqcyg6uezzuig6jp3lktpbovlqfkuqeuoq",
                "/ipfs/QmesfgDQ3q6prBy2Kg2gKbW4MAGuWiRP2DVuGA5MZSERLo",
                "/ipfs/QmdWFA9FL52hx3j9EJZPQP1ZUH8Ygi5tLCX2cRDs6knSf8",
                "/ipfs/QmdWFA9FL52hx3j9EJZPQP1ZUH8Ygi5tLCX2cRDs6knSf8/a/b",
                "/ipfs/QmdWFA9FL52hx3j9EJZPQP1ZUH8Ygi5tLCX2cRDs6knSf8/z/",
                "/ipfs/QmdWFA9FL52hx3j9EJZPQP1ZUH8Ygi5tLCX2cRDs6knSf8/z",
                "/ipfs/Qmah2YDTfrox4watLCr3YgKyBwvjq8FJZEFdWY6WtJ3Xt2/test",
                "/ipfs/Qmah2YDTfrox4watLCr3YgKyBwvjq8FJZEFdWY6WtJ3Xt2/test2",
                "/ipfs/Qmah2YDTfrox4watLCr3YgKyBwvjq8FJZEFdWY6WtJ3Xt2/test/one",
                "/ipfs/QmTuvSQbEDR3sarFAN9kAeXBpiBCyYYNxdxciazBba11eC/test",
                "/ipfs/QmTuvSQbEDR3sarFAN9kAeXBpiBCyYYNxdxciazBba11eC/test2",
                "/ipfs/QmTuvSQbEDR3sarFAN9kAeXBpiBCyYYNxdxciazBba11eC/test/one",
                "/ipfs/QmUboz9UsQBDeS6Tug1U8jgoFkgYxyYood9NDyVURAY9pK/blocked",
                "/ipfs/QmUboz9UsQBDeS6Tug1U8jgoFkgYxyYood9NDyVURAY9pK/blocked2",
                "/ipns/domain.example",
                "/ipns/domain-example",
                "/ipns/DOMAIN.example.",
                "/ipns/domain2.example/path",
                "/ipns/k51qzi5uqu5dhmzyv3zac033i7rl9hkgczxyl81lwoukda2htteop7d3x0y1mf",
                "/ipns/bafzaajaiaejcaotjfs57kieazxny5japcmy5p2pgv2cic77tu6ogghttvurnrufx",
                "/ipns/12D3KooWDkNqEJNmreF3NYYFK1ws7Ra2fuW6cHBTu567SPV3LdYA",
                "/ipns/k51qzi5uqu5dixwsch9wpd9rolqby1m0uqj5hhxwtxal0dwltastfmh01dlniq",
                "/ipns/bafzaajaiaejca3vrvdzmu4qntwa2pn6apsd4ug5k63ckdyhnd3g6vdvgvujdw62s",
                "/ipns/very-bad-example.eth",
                "/ipns/very-bad-example.eth/",
                "/ipfs/bafybeiefwqslmf6zyyrxodaxx4vwqircuxpza5ri45ws3y5a62ypxti42e/",
                "/ipfs/bafybeiefwqslmf6zyyrxodaxx4vwqircuxpza5ri45ws3y5a62ypxti42e",
                "/ipfs/bafybeiefwqslmf6zyyrxodaxx4vwqircuxpza5ri45ws3y5a62ypxti42e/path",
                "/ipfs/bafyb4ieqht3b2rssdmc7sjv2cy2gfdilxkfh7623nvndziyqnawkmo266a/path",
                "/ipfs/f01701e20903cf61d46521b05f926ba1634628d0bba8a7ffb5b6d5a3ca310682ca63b5ef0/path",
                "/ipns/my.domain.com",
                "/ipns/my.domain2.com/path",
                "/ipns/k51qzi5uqu5dixwsch9wpd9rolqby1m0uqj5hhxwtxal0dwltastfmh01dabcd",
                "/ipns/k51qzi5uqu5dixwsch9wpd9rolqby1m0uqj5hhxwtxal0dwltastfmh01d1234/mypath",
                "/ipns/bafzaajaiaejca3vrvdzmu4qntwa2pn6apsd4ug5k63ckdyhnd3g6vdvgvujczuoq/mypath",
            })
    void pathsOfTheSuiteAreDenied(String path) throws IOException {
        assertThat(denial(suite(), path)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ipfs/" + CID + "/sub2",
                "/ipfs/Qmah2YDTfrox4watLCr3YgKyBwvjq8FJZEFdWY6WtJ3Xt2/tes",
                "/ipfs/Qmah2YDTfrox4watLCr3YgKyBwvjq8FJZEFdWY6WtJ3Xt2",
                "/ipfs/Qmah2YDTfrox4watLCr3YgKyBwvjq8FJZEFdWY6WtJ3Xt2/one/test",
                "/ipfs/QmUboz9UsQBDeS6Tug1U8jgoFkgYxyYood9NDyVURAY9pK/blockednot",
                "/ipfs/QmUboz9UsQBDeS6Tug1U8jgoFkgYxyYood9NDyVURAY9pK/blocked/not",
                "/ipfs/QmUboz9UsQBDeS6Tug1U8jgoFkgYxyYood9NDyVURAY9pK/blocked/exceptions",
                "/ipfs/QmUboz9UsQBDeS6Tug1U8jgoFkgYxyYood9NDyVURAY9pK/blocked/exceptions2",
                "/ipfs/QmUboz9UsQBDeS6Tug1U8jgoFkgYxyYood9NDyVURAY9pK/blocked/exceptions/one",
                "/ipns/domainaefa.example",
                "/ipns/domain.example/path",
                "/ipns/domain--example",
                "/ipns/domain2.example",
                "/ipns/domain2.example/path2",
                "/ipns/12D3KooWDkNqEJNmreF3NYYFK1ws7Ra2fuW6cHBTu567SPV3LdYA/path",
                "/ipfs/bafybeiefwqslmf6zyyrxodaxx4vwqircuxpza5ri45ws3y5a62ypxti42e/path2",
                "/ipfs/bafyb4ieqht3b2rssdmc7sjv2cy2gfdilxkfh7623nvndziyqnawkmo266a/",
                "/ipfs/bafyb4ieqht3b2rssdmc7sjv2cy2gfdilxkfh7623nvndziyqnawkmo266a/path2",
                "/ipns/my.domain2.com/path2",
                "/ipns/k51qzi5uqu5dixwsch9wpd9rolqby1m0uqj5hhxwtxal0dwltastfmh01d1234/mypath2",
                "/ipfs/no-cid-at-all",
            })
    void otherPathsAreNot(String path) throws IOException {
        assertThat(denial(suite(), path)).isNull();
    }

    @Test
    void theHeaderNamesTheListAndItsHintsHoldForAllRules() throws IOException {
        Denylist list = read("version: 1\nname: \"A list\"\nauthor: [a, {b: c}]\nextra: &x\n  deep: {er: [1, 2]}\n"
                + "again: *x\nhints:\n  reason: malware\n  list: {a: b}\n  since: 2020\n---\n"
                + "/ipfs/" + CID + "\n/ipfs/" + CID + "/x reason:dmca by:me\n");
        assertThat(list.name()).isEqualTo("A list");
        assertThat(list.size()).isEqualTo(2);
        assertThat(denial(list, "/ipfs/" + CID)).isEqualTo(new Denial("A list", 12, "reason:malware since:2020"));
        assertThat(denial(list, "/ipfs/" + CID + "/x").reason())
                .isEqualTo("blocked by the denylist A list, line 13 (reason:dmca since:2020 by:me)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "---\n", "# a comment\n\n", "name: x\r\n---\r\n", "{name: x, version: 1}\n---\n"})
    void theHeaderMayBeLeftOut(String header) throws IOException {
        Denylist list = read(header + "/ipfs/" + CID + "/*\r\n");
        assertThat(list.size()).isEqualTo(1);
        assertThat(denial(list, "/ipfs/" + CID + "/y")).isNotNull();
        assertThat(list.name()).isEqualTo(header.contains("name") ? "x" : "x.deny");
    }

    @ParameterizedTest
    @CsvSource({
        "'version: 2\n---\n', version \"2\"",
        "'- a\n---\n', no mapping",
        "'just text\n---\n', no mapping",
        "'a: [\n---\n', the header is no YAML",
        "'a: \"\n---\n', the header is no YAML",
    })
    void aHeaderThatCannotBeReadIsAnError(String text, String what) {
        assertThatThrownBy(() -> read(text + "/ipfs/" + CID))
                .isInstanceOf(DenylistException.class)
                .hasMessageContaining("x.deny")
                .hasMessageContaining(what);
    }

    @Test
    void aHeaderThatIsTooLongIsReadAsRules() throws IOException {
        String long1 = "name: x\n" + ("# " + "y".repeat(997) + "\n").repeat(1100) + "---\n/ipfs/" + CID + "\n";
        Denylist list = read(long1);
        assertThat(list.name()).isEqualTo("x.deny");
        assertThat(list.invalid()).containsOnlyKeys(1, 1102);
        assertThat(list.block(Cid.parse(CID)).line()).isEqualTo(1103);
    }

    @Test
    void aDeepHeaderTakesNeitherStackNorTime() throws IOException {
        for (String deep : List.of("[", "{a: ", "- ")) {
            String text = "x: " + deep.repeat(200_000 / deep.length()) + "\n---\n";
            assertThatThrownBy(() -> read(text))
                    .isInstanceOf(DenylistException.class)
                    .hasMessageContaining(deep.equals("- ") ? "no YAML" : "more than 64 levels");
        }
        String bomb = "a: &a [x]\n" + "b: &b [*a,*a]\n".repeat(1000);
        assertThat(read(bomb + "---\n/ipfs/" + CID).size()).isEqualTo(1);
    }

    @Test
    void theLastRuleThatFitsDecidesWhateverItsForm() throws IOException {
        String hash = HashFunction.SHA2_256
                .hash(Cid.parse(CID).hash().toBase58().getBytes(StandardCharsets.US_ASCII))
                .toBase58();
        String exact = "/ipfs/" + CID + "\n";
        String star = "/ipfs/" + CID + "/*\n";
        String hashed = "//" + hash + "\n";
        for (String deny : List.of(exact, star, hashed)) {
            for (String allow : List.of(exact, star, hashed)) {
                assertThat(read(deny + "!" + allow).block(Cid.parse(CID))).isNull();
                assertThat(read("!" + allow + deny).block(Cid.parse(CID))).isNotNull();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a%20b, /a b, true",
        "a%2Ab, /a*b, true",
        "a%2A, /a*, true",
        "a%2A, /ab, false",
        "a+b, /a+b, true",
        "a+b, /a b, false",
        "%C3%A9*, /éa, true",
        "//x//, /x, true",
        "x/*, /x, true",
        "x/*, /xy, true",
        "x/y, /x/y/z, false",
        "*, /x, true",
        "*, /, true",
        "'', /, true",
        "'', /x, false",
    })
    void pathsOfRulesAreEscapedAndMayEndWithAStar(String rule, String path, boolean denied) throws IOException {
        Denylist list = read("/ipfs/" + CID + "/" + rule);
        assertThat(denial(list, "/ipfs/" + CID + path) != null).isEqualTo(denied);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ipfs/",
                "/ipfs/nonsense",
                "/ipfs/bafy*",
                "/ipfs/" + CID + "*",
                "/ipfs/" + CID + "/%zz",
                "/ipfs/" + CID + " hint",
                "/ipfs/" + CID + " :x",
                "//nonsense!",
                "//12345",
                "//bafkqaaa",
                "/ipld/" + CID,
                "/path/*",
                "ipfs://" + CID,
                "!",
                "!!/ipfs/" + CID,
                "\u0000",
            })
    void linesThatAreNoRulesAreToldAndLeftOut(String line) throws IOException {
        Denylist list = read("# first\n" + line + "\n/ipns/a.example\n");
        assertThat(list.invalid()).containsOnlyKeys(2);
        assertThat(list.size()).isEqualTo(1);
        assertThat(denial(list, "/ipns/a.example").line()).isEqualTo(3);
    }

    @Test
    void aTextThatIsBothFormsOfADoubleHashIsBoth() throws IOException {
        // 64 characters that are hexadecimal as well as a multihash in base 58 do not occur for known functions by
        // chance; a legacy one alone must not need the modern form
        String legacy = "d9d295bde21f422d471a90f2a37ec53049fdf3e5fa3ee2e8f20e10003da429e7";
        Denylist list = read("//" + legacy.toUpperCase(Locale.ROOT) + "\n");
        assertThat(denial(list, "/ipfs/bafybeiefwqslmf6zyyrxodaxx4vwqircuxpza5ri45ws3y5a62ypxti42e"))
                .isNotNull();
        assertThat(denial(list, "/ipfs/bafkreiefwqslmf6zyyrxodaxx4vwqircuxpza5ri45ws3y5a62ypxti42e"))
                .as("another codec")
                .isNull();
    }

    @Test
    void boundsArePassedByNoList() {
        String rules = ("/ipns/a.example/x\n").repeat(10);
        DenylistLimits limits = DenylistLimits.DEFAULT;
        assertThatThrownBy(() -> read(rules, limits.withRules(9)))
                .isInstanceOf(DenylistException.class)
                .hasMessageContaining("x.deny\", line 10: more than 9 rules");
        assertThatThrownBy(() -> read(rules.replace("x\n", "x*\n"), limits.withPrefixes(9)))
                .hasMessageContaining("line 10: more than 9 rules with a star");
        assertThatThrownBy(() -> read("\n" + "x".repeat(256), limits.withLineBytes(256)))
                .hasMessageContaining("line 2: a line of more than 256 bytes");
        assertThatThrownBy(() -> read("/ipns/a.example\n".repeat(1000), limits.withFileBytes(1024)))
                .hasMessageContaining("the file has more than 1024 bytes");
    }

    /** A line without end, of any form, which is given up at its bound. */
    @ParameterizedTest
    @ValueSource(strings = {"/ipfs/", "/ipfs/1", "//", "//1", "# ", "!/ipns/", "/ipfs/" + CID + "/%41"})
    void aLineWithoutEndIsGivenUp(String start) {
        InputStream endless = new SequenceInputStream(Collections.enumeration(List.of(
                new ByteArrayInputStream(("---\n" + start).getBytes(StandardCharsets.UTF_8)), new InputStream() {
                    @Override
                    public int read() {
                        return '1';
                    }
                })));
        assertThatThrownBy(() -> Denylist.read("x.deny", endless, DenylistLimits.DEFAULT))
                .isInstanceOf(DenylistException.class)
                .hasMessageContaining("line 2");
    }

    @Test
    void rootsOfTheLengthOfALineCostNothing() throws IOException {
        for (String start : List.of("/ipfs/1", "/ipfs/z", "//", "/ipns/12D3", "/ipfs/" + CID + "/")) {
            Denylist list = read("---\n" + start + "1".repeat(2_000_000) + "\n");
            assertThat(list.invalid()).containsOnlyKeys(2);
            assertThat(String.valueOf(list.invalid().get(2))).hasSizeLessThan(1000);
        }
    }

    @Test
    void rulesWithStarsTakeABoundedPartOfTheHeap() {
        String rule = "/ipns/a.example/" + "x".repeat(8000) + "*\n";
        byte[] bytes = rule.getBytes(StandardCharsets.US_ASCII);
        InputStream many = new InputStream() {
            private int at;

            @Override
            public int read() {
                return bytes[at++ % bytes.length];
            }
        };
        assertThatThrownBy(() -> Denylist.read("x.deny", many, DenylistLimits.DEFAULT))
                .isInstanceOf(DenylistException.class)
                .hasMessageContaining("its rules with a star need more than half of what the other lists leave");
    }

    @Test
    void manyRulesTakeLittleMemoryAndAreFound() throws IOException {
        int many = 50_000;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < many; i++) {
            text.append("//")
                    .append(String.format("%064x", i))
                    .append(" reason:r")
                    .append(i % 10)
                    .append('\n');
        }
        text.append("/ipfs/").append(CID).append('\n');
        Denylist list = read(text.toString());
        assertThat(list.size()).isEqualTo(many + 1);
        assertThat(list.block(Cid.parse(CID)).line()).isEqualTo(many + 1);
        assertThat(list.block(Cid.parse("QmVTF1yEejXd9iMgoRTFDxBv7HAz9kuZcQNBzHrceuK9HR")))
                .isNull();
    }
}

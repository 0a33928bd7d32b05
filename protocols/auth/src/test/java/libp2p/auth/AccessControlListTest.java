package libp2p.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.datastore.Datastore;
import libp2p.core.host.Host;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessControlListTest {
    private static final PeerId ALICE = PeerId.parse("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA");
    private static final PeerId BOB = PeerId.parse("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N");
    private static final Role AUDITOR = new Role("auditor");

    /** A disk that may be full. */
    private static final class Disk implements Datastore {
        final Map<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
        boolean full;

        @Override
        public byte[] get(byte[] key) {
            return entries.get(key);
        }

        @Override
        public void write(List<Change> batch) throws IOException {
            if (full) {
                throw new IOException("the disk is full");
            }
            for (Change change : batch) {
                if (change.value() == null) {
                    entries.remove(change.key());
                } else {
                    entries.put(change.key(), change.value());
                }
            }
        }

        @Override
        public Entries scan(Scan scan) {
            var left = entries.entrySet().stream()
                    .filter(entry -> startsWith(entry.getKey(), scan.prefix()))
                    .map(entry -> new Entry(entry.getKey(), entry.getValue()))
                    .toList()
                    .iterator();
            return new Entries() {
                @Override
                public Entry next() {
                    return left.hasNext() ? left.next() : null;
                }

                @Override
                public void close() {}
            };
        }

        private static boolean startsWith(byte[] key, byte[] prefix) {
            return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
        }

        void put(String key, String value) {
            entries.put(key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void close() {}
    }

    private static AccessControlList on(Disk disk) {
        AccessControlList roles = new AccessControlList();
        start(roles, disk);
        return roles;
    }

    private static void start(AccessControlList roles, Disk disk) {
        roles.start((Host) Proxy.newProxyInstance(
                AccessControlListTest.class.getClassLoader(),
                new Class<?>[] {Host.class},
                (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("datastore");
                    assertThat(arguments).containsExactly("roles");
                    return disk;
                }));
    }

    /** The table of the seed: 10 of its 16 cells are allowed. */
    @ParameterizedTest
    @CsvSource({
        "admin, read write delete admin",
        "moderator, read write delete",
        "user, read write",
        "guest, read",
    })
    void theTableOfRolesAndPermissions(String role, String allowed) {
        AccessControlList roles = new AccessControlList();
        roles.assignRole(ALICE, new Role(role));
        for (Permission permission : Permission.values()) {
            assertThat(roles.hasPermission(ALICE, permission))
                    .as("%s %s", role, permission)
                    .isEqualTo(List.of(allowed.split(" "))
                            .contains(permission.name().toLowerCase(Locale.ROOT)));
        }
    }

    @Test
    void tenOfSixteenCellsAreAllowed() {
        AccessControlList roles = new AccessControlList();
        long allowed = List.of(Role.ADMIN, Role.MODERATOR, Role.USER, Role.GUEST).stream()
                .mapToLong(role -> roles.permissions(role).size())
                .sum();
        assertThat(allowed).isEqualTo(10);
    }

    @Test
    void aPeerWithoutARoleIsAGuestAndBecomesOneAgain() {
        AccessControlList roles = new AccessControlList();
        assertThat(roles.role(ALICE)).isEqualTo(Role.GUEST);
        roles.assignRole(ALICE, Role.ADMIN);
        roles.assignRole(BOB, Role.USER);
        assertThat(roles.assignedRoles()).isEqualTo(Map.of(ALICE, Role.ADMIN, BOB, Role.USER));
        roles.assignRole(ALICE, Role.GUEST);
        assertThat(roles.assignedRoles()).isEqualTo(Map.of(BOB, Role.USER));
        assertThat(roles.hasPermission(ALICE, Permission.WRITE)).isFalse();
    }

    @Test
    void rolesOfItsOwnAndOtherPermissions() {
        AccessControlList roles = new AccessControlList();
        assertThatThrownBy(() -> roles.assignRole(ALICE, AUDITOR))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no role auditor");
        roles.define(AUDITOR, Set.of(Permission.READ, Permission.ADMIN));
        roles.assignRole(ALICE, AUDITOR);
        assertThat(roles.hasPermission(ALICE, Permission.ADMIN)).isTrue();
        roles.define(AUDITOR, Set.of());
        assertThat(roles.hasPermission(ALICE, Permission.READ)).isFalse();
        roles.define(Role.GUEST, Set.of());
        assertThat(roles.hasPermission(BOB, Permission.READ)).isFalse();
        for (String wrong : List.of("", "Admin", "a b", "a,b", "x".repeat(65))) {
            assertThatThrownBy(() -> new Role(wrong)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void whatWasAssignedIsThereAfterARestart() {
        Disk disk = new Disk();
        AccessControlList roles = on(disk);
        roles.define(AUDITOR, Set.of(Permission.READ, Permission.ADMIN));
        roles.define(Role.GUEST, Set.of());
        roles.assignRole(ALICE, AUDITOR);
        roles.assignRole(BOB, Role.USER);
        roles.assignRole(BOB, Role.GUEST);
        AccessControlList again = on(disk); // of a process that was killed: nothing was closed
        assertThat(again.assignedRoles()).isEqualTo(Map.of(ALICE, AUDITOR));
        assertThat(again.permissions(AUDITOR)).containsExactlyInAnyOrder(Permission.READ, Permission.ADMIN);
        assertThat(again.hasPermission(BOB, Permission.READ)).isFalse();
    }

    @Test
    void whatIsAssignedBeforeTheStartReplacesWhatIsKept() {
        Disk disk = new Disk();
        on(disk).assignRole(ALICE, Role.ADMIN);
        AccessControlList roles = new AccessControlList();
        roles.assignRole(ALICE, Role.USER);
        roles.assignRole(BOB, Role.MODERATOR);
        start(roles, disk);
        assertThat(roles.role(ALICE)).isEqualTo(Role.USER);
        assertThat(on(disk).assignedRoles()).isEqualTo(Map.of(ALICE, Role.USER, BOB, Role.MODERATOR));
    }

    @Test
    void aChangeThatCannotBeWrittenHoldsIsToldAndIsWrittenWithTheNext() {
        Disk disk = new Disk();
        AccessControlList roles = on(disk);
        roles.assignRole(ALICE, Role.ADMIN);
        AtomicInteger told = new AtomicInteger();
        Registration registration = roles.onChange(told::incrementAndGet);
        disk.full = true;
        assertThatThrownBy(() -> roles.assignRole(ALICE, Role.GUEST))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the roles hold, but cannot be kept now: the disk is full");
        assertThat(roles.role(ALICE)).isEqualTo(Role.GUEST);
        assertThat(told).hasValue(1);
        assertThat(on(disk).role(ALICE)).as("what the disk says").isEqualTo(Role.ADMIN);
        disk.full = false;
        registration.close();
        roles.assignRole(BOB, Role.USER);
        assertThat(told).hasValue(1);
        assertThat(on(disk).assignedRoles()).isEqualTo(Map.of(BOB, Role.USER));
    }

    @Test
    void rolesThatCannotBeReadLetNoPeerIn() {
        for (String[] damage : new String[][] {
            {"peer/" + ALICE, "no such role"}, {"peer/" + ALICE, "auditor"}, {"peer/alice", "admin"}, {"role/x", "eat"}
        }) {
            Disk disk = new Disk();
            disk.put(damage[0], damage[1]);
            assertThatThrownBy(() -> on(disk)).as(damage[0]).isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void thereIsABoundOnTheRoles() {
        AccessControlList roles = new AccessControlList();
        for (int i = 4; i < AccessControlList.ROLES; i++) {
            roles.define(new Role("r" + i), Set.of());
        }
        assertThatThrownBy(() -> roles.define(AUDITOR, Set.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("there are 1000 roles already");
        roles.define(Role.USER, Set.of());
    }

    @Test
    void rulesOfAFileNameRolesAndGiveThem() {
        AccessRules.Policy policy = RulesFile.parse("""
            allow inbound /admin/1.0.0 role:admin
            allow inbound /audit/1.0.0 role:auditor
            deny  both * role:guest
            role admin %s
            role auditor %s
            """.formatted(ALICE, BOB));
        assertThat(policy.rules().stream().map(Rule::toString))
                .containsExactly(
                        "allow inbound /admin/1.0.0 role:admin",
                        "allow inbound /audit/1.0.0 role:auditor",
                        "deny both * role:guest");
        AccessRules rules = new AccessRules(policy);
        assertThat(AccessRulesTest.inbound(rules, ALICE, "/admin/1.0.0")).isTrue();
        assertThat(AccessRulesTest.inbound(rules, ALICE, "/audit/1.0.0")).isFalse();
        assertThat(AccessRulesTest.inbound(rules, BOB, "/admin/1.0.0")).isFalse();
        assertThat(AccessRulesTest.inbound(rules, BOB, "/audit/1.0.0")).isTrue();
    }

    @Test
    void wrongLinesAboutRolesAreNamed() {
        AccessRulesTest.assertWrong("role admin", "line 1: a role is given by three words", "not 2");
        AccessRulesTest.assertWrong("role admin bob", "\"bob\" is neither * nor role:NAME nor a peer id");
        AccessRulesTest.assertWrong("role Admin " + ALICE, "line 1: the name of a role has 1 to 64 characters");
        AccessRulesTest.assertWrong("deny both * role:gest", "there is no role gest, as 'deny both * role:gest' says");
    }

    @Test
    void rolesOfAListFillInWhereTheFileSaysNothing() {
        AccessControlList roles = new AccessControlList();
        roles.define(AUDITOR, Set.of());
        roles.assignRole(ALICE, AUDITOR);
        roles.assignRole(BOB, AUDITOR);
        AccessRules rules = new AccessRules(
                RulesFile.parse("allow both /audit/* role:auditor\nrole user " + BOB, roles::role, roles::isDefined));
        assertThat(AccessRulesTest.inbound(rules, ALICE, "/audit/1")).isTrue();
        assertThat(AccessRulesTest.inbound(rules, BOB, "/audit/1")).isFalse();
        AccessRules own = new AccessRules(Effect.DENY)
                .add(Rule.allow("/audit/*").forSubject(roles.holders(AUDITOR)))
                .add(Rule.allow("/data/*").forSubject(roles.permitted(Permission.WRITE)));
        assertThat(own.rules().getFirst()).hasToString("allow both /audit/* role:auditor");
        assertThat(AccessRulesTest.inbound(own, BOB, "/audit/1")).isTrue();
        assertThat(AccessRulesTest.inbound(own, BOB, "/data/1")).isFalse();
        roles.assignRole(BOB, Role.USER);
        assertThat(AccessRulesTest.inbound(own, BOB, "/data/1")).isTrue();
    }
}

package libp2p.scenarios;

import libp2p.testkit.OverQuic;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The stories of {@link ScenariosOverQuicTest} are some of all that run over QUIC as they run over TCP; here are the
 * others. An empty method stands for a story that is about TCP.
 */
@ExtendWith(OverQuic.class)
@Tag("long")
class AllScenariosOverQuicTest {
    @Nested
    class AccessByRole extends AccessByRoleTest {}

    @Nested
    class Authorization extends AuthorizationTest {}

    @Nested
    class AutoRelay extends AutoRelayTest {
        /** AutoNAT's servers dial back over UDP only when they have seen it work, which those of the story have not. */
        @Override
        void aHostInTheOpenUsesNoRelay() {}

        /** As above. */
        @Override
        void placesAreGivenBackWhenOthersCanDialTheHost() {}
    }

    @Nested
    class Bitswap extends BitswapTest {}

    @Nested
    class Bootstrap extends BootstrapTest {
        /** Where no socket listens UDP says nothing, so that a dial of the host that is gone takes its whole time. */
        @Override
        void rememberedPeersHelpWhenTheNamedOnesAreGone() {}

        /** As above: seed 320000001 looks for one that is gone first. */
        @Override
        void lostPeersAreReplacedAtTheNextLook() {}
    }

    @Nested
    class ChallengeAuthentication extends ChallengeAuthenticationTest {}

    @Nested
    class ConnectionMerits extends ConnectionMeritsTest {
        /** As above: it goes on before the dial of the host that is gone has ended. */
        @Override
        void aPeerOfTheRoutingTableIsWorthSomethingAfterItHasAnswered() {}
    }

    @Nested
    class ConnectionPhases extends ConnectionPhasesTest {}

    @Nested
    class DhtAttack extends DhtAttackTest {}

    @Nested
    class Eclipse extends EclipseTest {}

    @Nested
    class DhtLifetime extends DhtLifetimeTest {
        /** Servers dial back over UDP only when they have seen it work, which those of the story have not. */
        @Override
        void aHostInAutomaticModeServesTheWideNetworkWhenAutoNatHasFoundItPublic() {}
    }

    @Nested
    class DhtProvide extends DhtProvideTest {}

    @Nested
    class Dht extends DhtTest {}

    @Nested
    class DhtRefreshProfile extends DhtRefreshProfileTest {}

    @Nested
    class EventDrivenApp extends EventDrivenAppTest {}

    @Nested
    class Family extends FamilyTest {}

    @Nested
    class ForbiddenDial extends ForbiddenDialTest {
        /** A private network has no QUIC. */
        @Override
        void aPrivateNetworkHasNoWayOutThroughTransportsWithSecurityOfTheirOwn() {}
    }

    @Nested
    class HostileBitswap extends HostileBitswapTest {}

    @Nested
    class HostileIdentify extends HostileIdentifyTest {}

    @Nested
    class IdentifyEvents extends IdentifyEventsTest {
        /** A second push comes by itself within the time. */
        @Override
        void aPushOfAPartLeavesTheRestAsItWas() {}
    }

    @Nested
    class IsolatedDial extends IsolatedDialTest {}

    @Nested
    class LazyProposal extends LazyProposalTest {}

    @Nested
    class Mdns extends MdnsTest {}

    @Nested
    class Names extends NamesTest {}

    @Nested
    class Namespace extends NamespaceTest {}

    @Nested
    class NetworkChange extends NetworkChangeTest {
        /** A socket for dials is bound to no address that could be compared. */
        @Override
        void aKeptPeerIsReachedFromTheNewNetworkWithoutWaitingForTimeouts() {}
    }

    @Nested
    class Network extends NetworkTest {
        /** UDP knows no reset. */
        @Override
        void aResetInTheMiddleOfTransfersFailsThemAtOnceAndNothingElse() {}

        /** The idle time of QUIC is longer than the patience of yamux, which it counts on. */
        @Override
        void aReaderOnAConnectionThatDiedIsTold() {}

        /** As above. */
        @Override
        void aConnectionThatDiedWithoutAWordIsNoticedAndReplaced() {}
    }

    @Nested
    class PubSub extends PubSubTest {}

    @Nested
    class Reconnection extends ReconnectionTest {}

    @Nested
    class Relay extends RelayTest {}

    @Nested
    class RoutedDial extends RoutedDialTest {}

    @Nested
    class Selection extends SelectionTest {
        /** Where no socket listens UDP says nothing, so that the patience of the caller ends first. */
        @Override
        void whenAllFailTheLastCauseIsThrownWithTheOthersInIt() {}

        /** As above. */
        @Override
        void whenTheBestFailsTheNextIsAskedAndTheOneThatFailedFallsBehind() {}
    }

    @Nested
    class UnrulyParts extends UnrulyPartsTest {
        /** Its strangers speak TCP. */
        @Override
        void aServiceThatThrowsKeepsNothingFromTheOthers() {}

        /** As above. */
        @Override
        void aGaterThatFailsBadlyEndsNeitherTheListenerNorTheDialer() {}

        /** As above. */
        @Override
        void aGaterThatThrowsRefuses() {}

        /** As above. */
        @Override
        void anObserverThatThrowsIsPassedOver() {}

        /** As above. */
        @Override
        void aResourceManagerThatThrowsRefuses() {}
    }

    @Nested
    class MergedResults extends MergedResultsTest {}

    @Nested
    class PubSubPeerDiscovery extends PubSubPeerDiscoveryTest {}

    @Nested
    class PubSubNames extends PubSubNamesTest {}
}

package libp2p.scenarios;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import libp2p.testkit.OverWebTransport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** The stories of {@link AllScenariosOverQuicTest} over WebTransport, but for those with a reason. */
@ExtendWith({OverWebTransport.class, AllScenariosOverWebTransportTest.PassOver.class})
@Tag("long")
class AllScenariosOverWebTransportTest extends AllScenariosOverQuicTest {
    private static final String HASH = "it dials an address without the hash of a certificate";

    /** Stories that are not told over WebTransport, by class and method, and why. */
    private static final Map<String, String> ONCE = Map.of(
            "Mdns", "multicast DNS announces no address that is for browsers",
            "EventDrivenApp#aDialThatFailsIsAnErrorWithItsCause", HASH,
            "ConnectionPhases#anAttemptThatComesToNothingIsClosedWithItsCause", HASH,
            "NetworkChange#aListenerOnOneInterfaceIsAnnouncedWhileTheInterfaceIsThere", HASH,
            "NetworkChange#aNewInterfaceIsAnnouncedPushedAndDialed", HASH,
            "NetworkChange#whatIsGoneIsNoLongerAnnouncedAndItsConnectionsEnd", HASH,
            "IdentifyEvents#whatIsPrivateIsNeitherToldToAPeerOnTheInternetNorBelievedFromThere", HASH,
            "Network#aWallClockThatJumpsDisturbsNoHost", "a certificate is valid for 14 days of the wall clock");

    static {
        for (String name : ONCE.keySet()) {
            if (Arrays.stream(AllScenariosOverQuicTest.class.getDeclaredClasses())
                    .noneMatch(one -> tells(one, name))) {
                throw new AssertionError("no story " + name);
            }
        }
    }

    private static boolean tells(Class<?> nested, String name) {
        return name.equals(nested.getSimpleName())
                || Arrays.stream(nested.getSuperclass().getDeclaredMethods())
                        .anyMatch(method -> name.equals(nested.getSimpleName() + "#" + method.getName()));
    }

    static final class PassOver implements InvocationInterceptor {
        @Override
        public void interceptTestMethod(
                Invocation<Void> invocation, ReflectiveInvocationContext<Method> context, ExtensionContext extension)
                throws Throwable {
            String type = context.getTargetClass().getSimpleName();
            if (ONCE.containsKey(type)
                    || ONCE.containsKey(type + "#" + context.getExecutable().getName())) {
                invocation.skip();
            } else {
                invocation.proceed();
            }
        }
    }
}

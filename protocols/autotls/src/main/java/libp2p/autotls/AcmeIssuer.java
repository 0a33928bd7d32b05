package libp2p.autotls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.failure.DeadlineExceededException;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.AcmeJsonResource;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.PollableResource;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Dns01Challenge;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeUserActionRequiredException;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/** An ACME server (RFC 8555), asked by DNS-01. One thread. */
final class AcmeIssuer implements Issuer {
    private static final Set<Status> OVER = Set.of(Status.VALID, Status.INVALID);
    private static final Set<Status> READY = Set.of(Status.READY, Status.VALID, Status.INVALID);

    private final Environment environment;
    private final AutoTlsLimits limits;
    private final URI directory;
    private final Provider provider;

    /** @param trust for a server with a certificate of its own, or null for those that the JDK trusts */
    AcmeIssuer(Environment environment, AutoTlsLimits limits, URI directory, @Nullable SSLContext trust) {
        this.environment = environment;
        this.limits = limits;
        this.directory = directory;
        this.provider = new Provider(trust);
    }

    private final class Provider extends GenericAcmeProvider {
        private final @Nullable SSLContext trust;

        Provider(@Nullable SSLContext trust) {
            this.trust = trust;
        }

        @Override
        public HttpClient createHttpClient(NetworkSettings settings) {
            HttpClient.Builder builder = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(limits.request())
                    .executor(task -> environment.start("acme client", task));
            return (trust == null ? builder : builder.sslContext(trust)).build();
        }

        @Override
        public Connection connect(URI server, NetworkSettings settings, HttpClient client) {
            return new AcmeConnection(environment, limits, server, createHttpConnector(settings, client));
        }
    }

    @Override
    public List<X509Certificate> issue(String name, KeyPair account, KeyPair key, Proof proof, Deadline deadline)
            throws IOException, InterruptedException {
        Session session = new Session(directory, provider);
        session.setLocale(Locale.ENGLISH);
        session.networkSettings().setCompressionEnabled(false);
        session.networkSettings().setTimeout(limits.request());
        try {
            return issue(session, name, account, key, proof, deadline);
        } catch (AcmeException e) {
            throw failure(e);
        } catch (AcmeLazyLoadingException e) {
            throw e.getCause() instanceof AcmeException cause ? failure(cause) : malformed(e);
        } catch (AcmeProtocolException | IllegalStateException | IllegalArgumentException e) {
            throw malformed(e);
        } finally {
            session.getHttpClient().shutdownNow();
        }
    }

    private List<X509Certificate> issue(
            Session session, String name, KeyPair account, KeyPair key, Proof proof, Deadline deadline)
            throws AcmeException, IOException, InterruptedException {
        Login login =
                new AccountBuilder().agreeToTermsOfService().useKeyPair(account).createLogin(session);
        Order order = login.newOrder().domain(name).create();
        List<Authorization> authorizations = order.getAuthorizations();
        if (authorizations.size() != 1) { // of one name
            throw new AcmeProtocolException(authorizations.size() + " authorizations for one name");
        }
        authorize(authorizations.getFirst(), proof, deadline);
        await(order, READY, "the order", deadline);
        if (order.getStatus() == Status.READY) {
            order.execute(key);
        }
        await(order, OVER, "the certificate", deadline);
        return order.getCertificate().getCertificateChain();
    }

    private void authorize(Authorization authorization, Proof proof, Deadline deadline)
            throws AcmeException, IOException, InterruptedException {
        if (authorization.getStatus() == Status.VALID) {
            return; // from a certificate before
        }
        Dns01Challenge challenge = authorization
                .findChallenge(Dns01Challenge.class)
                .orElseThrow(() -> new AcmeProtocolException("the ACME server does not offer dns-01"));
        proof.publish(challenge.getDigest());
        challenge.trigger();
        await(authorization, OVER, "the check of the TXT record", deadline);
    }

    /** Asks until a resource is in one of the states; one that becomes invalid fails the attempt. */
    private <T extends AcmeJsonResource & PollableResource> void await(
            T resource, Set<Status> states, String what, Deadline deadline)
            throws AcmeException, AutoTlsException, InterruptedException {
        Pause pause = new Pause(environment, limits.poll(), limits.lastPoll(), deadline);
        Duration wanted = Duration.ZERO;
        while (!states.contains(resource.getStatus())) {
            if (!pause.await(wanted)) {
                throw new AutoTlsException(
                        what + " of the ACME server was not done in time", "nothing to do: it is tried again");
            }
            wanted = resource.fetch().map(this::until).orElse(Duration.ZERO);
        }
        if (resource.getStatus() == Status.INVALID) {
            throw new AutoTlsException(
                    "the ACME server refuses " + what + ": " + problem(resource),
                    "the DNS that the ACME server asks must show the TXT record that the broker has set: see whether the"
                            + " forge domain belongs to the broker");
        }
    }

    private static String problem(AcmeJsonResource resource) {
        Optional<Problem> problem = switch (resource) {
            case Order order -> order.getError();
            case Authorization authorization ->
                authorization.getChallenges().stream()
                        .flatMap(challenge -> challenge.getError().stream())
                        .findFirst();
            default -> Optional.empty();
        };
        return problem.map(AcmeIssuer::text).orElse("no reason given");
    }

    private static String text(Problem problem) {
        return AutoTlsException.reason(problem.toString());
    }

    private Duration until(Instant moment) {
        Duration left = Duration.between(environment.wallClock(), moment);
        if (left.isNegative()) {
            return Duration.ZERO;
        }
        return left.compareTo(limits.retryAfter()) < 0 ? left : limits.retryAfter();
    }

    private static String reason(AcmeException away) {
        Throwable cause = away.getCause();
        return String.valueOf(cause == null ? away.getMessage() : cause.getMessage());
    }

    private AutoTlsException malformed(RuntimeException cause) {
        return new AutoTlsException(
                "the ACME server " + directory.getHost() + " does not speak ACME: "
                        + AutoTlsException.reason(String.valueOf(cause.getMessage())),
                "see whether " + directory + " is the directory of an ACME server",
                null,
                cause);
    }

    private AutoTlsException failure(AcmeException e) throws InterruptedIOException {
        if (e.getCause() instanceof InterruptedIOException interrupted
                && !(interrupted instanceof DeadlineExceededException)) {
            throw interrupted;
        }
        return switch (e) {
            case AcmeRateLimitedException limited ->
                new AutoTlsException(
                        "the ACME server has a limit of certificates: " + text(limited.getProblem()),
                        "wait: no order is sent before; keep the folder of the certificate over restarts",
                        limited.getRetryAfter().map(this::until).orElse(limits.lastRetry()),
                        e);
            case AcmeUserActionRequiredException required ->
                new AutoTlsException(
                        "the ACME server wants its terms to be agreed to: " + text(required.getProblem()),
                        "delete account-key.pem in the folder of the certificate, so that a new account agrees to them",
                        null,
                        e);
            case AcmeNetworkException away ->
                new AutoTlsException(
                        "no answer of the ACME server " + directory.getHost() + ": " + reason(away),
                        "see whether this machine reaches " + directory,
                        null,
                        e);
            default ->
                new AutoTlsException(
                        "the ACME server refuses the order: " + AutoTlsException.reason(String.valueOf(e.getMessage())),
                        "see whether " + directory + " issues certificates for the forge domain",
                        null,
                        e);
        };
    }
}

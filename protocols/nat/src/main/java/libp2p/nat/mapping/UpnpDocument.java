package libp2p.nat.mapping;

import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * The XML documents of UPnP devices: the description of a device, and the answer to a call. Neither document types nor
 * external entities are read, and nothing is nested deeper than a device needs.
 */
final class UpnpDocument {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_TEXT = 1024;

    /** Services that map ports, the newest first. */
    private static final List<String> MAPPING_SERVICES = List.of(
            "urn:schemas-upnp-org:service:WANIPConnection:2",
            "urn:schemas-upnp-org:service:WANIPConnection:1",
            "urn:schemas-upnp-org:service:WANPPPConnection:1");

    /**
     * A service that maps ports.
     *
     * @param type its name, which calls repeat
     * @param control where it is called, relative to the description
     */
    record Service(String type, String control) {}

    private record Element(String name, StringBuilder text) {}

    private final List<Map<String, String>> services = new ArrayList<>();
    private final Map<String, String> values = new HashMap<>();

    private UpnpDocument() {}

    /** @throws GatewayException if the bytes are not XML, or contain a document type or too deep a nesting */
    static UpnpDocument parse(byte[] xml) throws GatewayException {
        UpnpDocument document = new UpnpDocument();
        try {
            XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
            factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
            document.read(reader);
            reader.close();
            return document;
        } catch (XMLStreamException | RuntimeException malformed) {
            throw new GatewayException(Method.UPNP, "malformed XML", 0);
        }
    }

    private void read(XMLStreamReader reader) throws XMLStreamException, GatewayException {
        Deque<Element> open = new ArrayDeque<>();
        Map<String, String> service = new HashMap<>();
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.DTD -> throw new GatewayException(Method.UPNP, "XML with a document type", 0);
                case XMLStreamConstants.START_ELEMENT -> {
                    if (open.size() == MAX_DEPTH) {
                        throw new GatewayException(Method.UPNP, "XML nested deeper than " + MAX_DEPTH, 0);
                    }
                    open.push(new Element(reader.getLocalName(), new StringBuilder()));
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    Element current = open.peek();
                    if (current != null && current.text.length() < MAX_TEXT) {
                        current.text.append(reader.getText());
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    Element ended = open.pop();
                    String text = ended.text.toString().strip();
                    if (ended.name.equals("service")) {
                        services.add(service);
                        service = new HashMap<>();
                    } else if (text.length() < MAX_TEXT) {
                        service.put(ended.name, text);
                        values.putIfAbsent(ended.name, text);
                    }
                }
                default -> {
                    // comments and the like
                }
            }
        }
    }

    /** The best service of a description that maps ports, or null. */
    @Nullable
    Service mappingService() {
        for (String type : MAPPING_SERVICES) {
            for (Map<String, String> service : services) {
                String control = service.get("controlURL");
                if (type.equals(service.get("serviceType")) && control != null) {
                    return new Service(type, control);
                }
            }
        }
        return null;
    }

    /** The text of the first element of a name, or null. */
    @Nullable
    String value(String name) {
        return values.get(name);
    }
}

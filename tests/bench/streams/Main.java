import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Currency;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Role tax as a Kafka Streams program: exactly-once, copies found in a RocksDB store, amounts and currency checked, a row with as many headers
 * and bytes as the role writes, to the partition the event came from. {@code Main BOOTSTRAP INPUT OUTPUT APPLICATION EVENTS VALUE_BYTES STATE_DIR}
 *
 * <p>Prints one line of JSON as wire.c does. An event counts when it is judged, up to a commit interval before it is committed: in its favour.
 */
public final class Main {
    static final int ID_BYTES = 16, OWNER_BYTES = 46;
    static final String STORE = "seen";
    static final ThreadLocal<Integer> PARTITION = new ThreadLocal<>(); // from the judge to the sink, which run one after the other on a thread

    /** When a tenth and all of the events were judged, and what processor time that had cost. */
    static final class Course {
        final long events;
        final AtomicLong judged = new AtomicLong();
        final CountDownLatch over = new CountDownLatch(1);
        volatile long beganNs, beganCpuNs, endedNs, endedCpuNs;

        Course(long events) {
            this.events = events;
        }

        static long cpuNs() {
            return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
        }

        void count() {
            long now = judged.incrementAndGet();
            if (now == events / 10) {
                beganCpuNs = cpuNs();
                beganNs = System.nanoTime();
            } else if (now == events) {
                endedNs = System.nanoTime();
                endedCpuNs = cpuNs();
                over.countDown();
            }
        }

        String report() throws Exception {
            double counted = events - events / 10;
            long peakKib = Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(0);
            return String.format("{\"events_s\":%.0f,\"cpu_us\":%.2f,\"peak_mib\":%d}", counted / (endedNs - beganNs) * 1e9,
                    (endedCpuNs - beganCpuNs) / counted / 1e3, peakKib >> 10);
        }
    }

    /** What is wrong with a record's amounts and currency, as far as a small program looks. */
    static final class Checks {
        static final Set<String> CURRENCIES = Currency.getAvailableCurrencies().stream().map(Currency::getCurrencyCode).collect(Collectors.toSet());

        static List<String> findings(JsonNode record) {
            String kind = record.path("kind").asText();
            return kind.equals("payment") ? payment(record.path(kind)) : kind.equals("invoice") ? invoice(record.path(kind)) : List.of("kind");
        }

        static List<String> payment(JsonNode payment) {
            return failed(amount(payment, "amount").signum() > 0, "amount", currency(payment), "currency");
        }

        static List<String> invoice(JsonNode invoice) {
            JsonNode totals = invoice.path("totals"), breakdown = invoice.path("vat_breakdown");
            boolean rates = StreamSupport.stream(breakdown.spliterator(), false).allMatch(Checks::rated);
            return failed(currency(invoice), "currency", sum(invoice.path("lines"), "net").compareTo(amount(totals, "line_net")) == 0, "BR-CO-10",
                    amount(totals, "net").add(amount(totals, "vat")).compareTo(amount(totals, "gross")) == 0, "BR-CO-15",
                    sum(breakdown, "tax").compareTo(amount(totals, "vat")) == 0, "BR-CO-14", rates, "BR-CO-17");
        }

        static boolean rated(JsonNode part) {
            BigDecimal tax = amount(part, "taxable").multiply(amount(part, "rate")).movePointLeft(2).setScale(2, RoundingMode.HALF_UP);
            return tax.compareTo(amount(part, "tax")) == 0;
        }

        static boolean currency(JsonNode holder) {
            return CURRENCIES.contains(holder.path("currency").asText());
        }

        static BigDecimal amount(JsonNode holder, String name) {
            return new BigDecimal(holder.path(name).asText("0"));
        }

        static BigDecimal sum(JsonNode rows, String name) {
            BigDecimal sum = BigDecimal.ZERO;
            for (JsonNode row : rows) {
                sum = sum.add(amount(row, name));
            }
            return sum;
        }

        static List<String> failed(Object... heldAndName) {
            return java.util.stream.IntStream.range(0, heldAndName.length / 2).filter(i -> !(boolean) heldAndName[2 * i])
                    .mapToObj(i -> (String) heldAndName[2 * i + 1]).toList();
        }
    }

    static final class Judge implements Processor<byte[], byte[], byte[], byte[]> {
        final Course course;
        final int valueBytes;
        final ObjectMapper mapper = new ObjectMapper();
        final MessageDigest digest;
        ProcessorContext<byte[], byte[]> context;
        KeyValueStore<byte[], byte[]> seen;

        Judge(Course course, int valueBytes) {
            this.course = course;
            this.valueBytes = valueBytes;
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (java.security.NoSuchAlgorithmException absent) {
                throw new IllegalStateException(absent);
            }
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> given) {
            context = given;
            seen = given.getStateStore(STORE);
        }

        /** The same claim as in Redis: who has the id first owns it, and who meets its own position judges again. */
        @Override
        public void process(Record<byte[], byte[]> event) {
            RecordMetadata at = context.recordMetadata().orElseThrow();
            byte[] id = identity(event.headers()), position = ByteBuffer.allocate(12).putInt(at.partition()).putLong(at.offset()).array();
            byte[] owner = seen.putIfAbsent(id, position);
            if (owner == null || Arrays.equals(owner, position)) {
                PARTITION.set(at.partition());
                context.forward(event.withValue(row(event, at)).withHeaders(headers(event.headers(), id, position)));
            }
            course.count();
        }

        byte[] identity(Headers headers) {
            digest.update(value(headers, "ce_source"));
            digest.update((byte) 0);
            return Arrays.copyOf(digest.digest(value(headers, "ce_id")), ID_BYTES);
        }

        static byte[] value(Headers headers, String name) {
            Header header = headers.lastHeader(name);
            return header == null ? new byte[0] : header.value();
        }

        byte[] row(Record<byte[], byte[]> event, RecordMetadata at) {
            List<String> findings;
            try {
                findings = Checks.findings(mapper.readTree(event.value()));
            } catch (java.io.IOException | NumberFormatException malformed) {
                findings = List.of("malformed");
            }
            String text = "{\"event_id\":\"" + new String(value(event.headers(), "ce_id"), StandardCharsets.UTF_8) + "\",\"position\":\"" + at.topic() + ":"
                    + at.partition() + ":" + at.offset() + "\",\"valid\":" + findings.isEmpty() + ",\"findings_total\":" + findings.size() + ",\"findings\":["
                    + findings.stream().map(name -> '"' + name + '"').collect(Collectors.joining(",")) + "]}";
            byte[] written = text.getBytes(StandardCharsets.UTF_8), row = Arrays.copyOf(written, Math.max(written.length, valueBytes));
            Arrays.fill(row, written.length, row.length, (byte) ' ');
            return row;
        }

        static Headers headers(Headers event, byte[] id, byte[] position) {
            byte[] owner = Arrays.copyOf(position, OWNER_BYTES);
            System.arraycopy(id, 0, owner, OWNER_BYTES - ID_BYTES, ID_BYTES);
            RecordHeaders headers = new RecordHeaders();
            headers.add("ce_id", HexFormat.of().formatHex(id).getBytes(StandardCharsets.US_ASCII));
            headers.add("ce_source", "urn:streams".getBytes(StandardCharsets.US_ASCII));
            headers.add("ce_type", "taxflow.tax.assessed.v1".getBytes(StandardCharsets.US_ASCII));
            headers.add("ce_specversion", "1.0".getBytes(StandardCharsets.US_ASCII));
            headers.add("traceparent", value(event, "traceparent"));
            headers.add("tf_owner", owner);
            return headers;
        }
    }

    /** What is worth setting for throughput; the rest is as Kafka Streams has it. */
    static Properties settings(String bootstrap, String application, String stateDir) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 16000);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 16000);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 50);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 << 10);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 64 << 20);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        return settings;
    }

    /** Without a cache before the store: an id hardly comes again, so a cache is only flushed, which doubles the cost of an event. */
    static Topology topology(String input, String output, Course course, int valueBytes) {
        StreamPartitioner<byte[], byte[]> sameNumber = (topic, key, value, count) -> Optional.of(Set.of(PARTITION.get()));
        return new Topology().addSource("audit", new ByteArrayDeserializer(), new ByteArrayDeserializer(), input)
                .addProcessor("judge", () -> new Judge(course, valueBytes), "audit")
                .addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.ByteArray(), Serdes.ByteArray())
                        .withCachingDisabled(), "judge")
                .addSink("rows", output, new ByteArraySerializer(), new ByteArraySerializer(), sameNumber, "judge");
    }

    public static void main(String[] words) throws Exception {
        if (words.length != 7) {
            System.err.println("usage: Main BOOTSTRAP INPUT OUTPUT APPLICATION EVENTS VALUE_BYTES STATE_DIR");
            System.exit(1);
        }
        Course course = new Course(Long.parseLong(words[4]));
        KafkaStreams streams = new KafkaStreams(topology(words[1], words[2], course, Integer.parseInt(words[5])), settings(words[0], words[3], words[6]));
        streams.setUncaughtExceptionHandler(error -> {
            error.printStackTrace();
            Runtime.getRuntime().halt(1);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.start();
        course.over.await();
        System.out.println(course.report());
        System.out.flush();
        streams.close();
    }
}

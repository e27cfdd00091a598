package vn.haidang.examples;

import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import ioc.telemetry.v1.Telemetry.GetLatestRequest;
import ioc.telemetry.v1.Telemetry.LatestReading;
import ioc.telemetry.v1.TelemetryServiceGrpc;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;

/** Prints the newest readings of a device. */
public final class LatestReadings {
  private static final ZoneId ZONE = ZoneId.of("Asia/Ho_Chi_Minh");

  public static void main(String[] arguments) throws InterruptedException {
    String device = arguments.length > 0 ? arguments[0] : "demo-001";
    ManagedChannel channel =
        ManagedChannelBuilder.forTarget(System.getenv("HAIDANG_API_ADDRESS"))
            .usePlaintext() // over TLS: leave this out, and trust the authority
            .build();
    try {
      TelemetryServiceGrpc.newBlockingStub(channel)
          .withInterceptors(token())
          .withDeadlineAfter(10, TimeUnit.SECONDS)
          .getLatest(GetLatestRequest.newBuilder().addDevices(device).build())
          .getReadingsList()
          .forEach(LatestReadings::print);
    } catch (StatusRuntimeException refused) {
      System.err.println(refused.getStatus());
      System.exit(1);
    } finally {
      channel.shutdown().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  private static ClientInterceptor token() {
    Metadata metadata = new Metadata();
    Metadata.Key<String> key = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    metadata.put(key, "Bearer " + System.getenv("HAIDANG_TOKEN"));
    return MetadataUtils.newAttachHeadersInterceptor(metadata);
  }

  private static void print(LatestReading reading) {
    Instant at = Instant.ofEpochSecond(reading.getObservedAt().getSeconds());
    System.out.printf(
        "%s: %s %s at %s%n",
        reading.getSeries().getChannel(), reading.getValue(), reading.getUnit(), at.atZone(ZONE));
  }
}

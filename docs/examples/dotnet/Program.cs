// Prints the newest readings of a device.
using Grpc.Core;
using Grpc.Net.Client;
using Ioc.Telemetry.V1;

var device = args.Length > 0 ? args[0] : "demo-001";
var address = Environment.GetEnvironmentVariable("HAIDANG_API_ADDRESS");
var token = Environment.GetEnvironmentVariable("HAIDANG_TOKEN");

// Over TLS: https://, and an HttpHandler that trusts the authority.
using var channel = GrpcChannel.ForAddress($"http://{address}");
var telemetry = new TelemetryService.TelemetryServiceClient(channel);
var request = new GetLatestRequest { Devices = { device } };
var headers = new Metadata { { "authorization", $"Bearer {token}" } };

try
{
    var answer = await telemetry.GetLatestAsync(request, headers, deadline: DateTime.UtcNow.AddSeconds(10));
    foreach (var reading in answer.Readings)
    {
        var at = reading.ObservedAt.ToDateTimeOffset().ToOffset(TimeSpan.FromHours(7));
        Console.WriteLine($"{reading.Series.Channel}: {reading.Value} {reading.Unit} at {at:HH:mm:ss dd/MM/yyyy}");
    }
}
catch (RpcException refused)
{
    Console.Error.WriteLine(refused.Status);
    return 1;
}
return 0;

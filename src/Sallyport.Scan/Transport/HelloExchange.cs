using System;
using Sallyport.Scan.Findings;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Transport;

/// <summary>One ClientHello and what came of it.</summary>
internal sealed record HelloExchange
{
    /// <summary>Where it went.</summary>
    public required Route Route { get; init; }

    /// <summary>What was said.</summary>
    public required HelloRequest Hello { get; init; }

    /// <summary>What came back; <c>null</c> when there was no TCP connection: then nothing is known of the server.</summary>
    public HelloAnswer? Answer { get; init; }

    /// <summary>Why there was no TCP connection; <c>null</c> when there was one.</summary>
    public string? Unreachable { get; init; }

    /// <summary>From the connect to the answer.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The server's hello; <c>null</c> for every other answer.</summary>
    public ServerFlight? Flight => (Answer as HelloAnswer.ServerHello)?.Flight;

    /// <summary>The exchange as proof for the report.</summary>
    /// <param name="title">Its title.</param>
    public Evidence ToEvidence(string title) => ExchangeText.Evidence(this, title);
}

using System;
using System.Text;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Target;

/// <summary>Says in one sentence why a target cannot be surveyed.</summary>
internal static class SurveyFailures
{
    /// <summary>Why no TLS is spoken; <c>null</c> when some is.</summary>
    /// <param name="hello">A hello with everything that a usual client offers.</param>
    public static string? Of(HelloExchange hello)
    {
        string port = $"port {hello.Route.Place.Port} of {hello.Route.Place.Host}";
        return hello.Answer switch
        {
            null => hello.Unreachable,
            HelloAnswer.NotTls notTls when Encoding.Latin1.GetString(notTls.FirstBytes.AsSpan()).StartsWith("HTTP/", StringComparison.Ordinal) =>
                $"{port} speaks plain HTTP, not TLS: is it http:// or another port?",
            HelloAnswer.NotTls or HelloAnswer.Malformed => $"{port} does not speak TLS: what it sends is something else",
            HelloAnswer.TimedOut => $"{port} accepts connections and says nothing to a TLS hello",
            HelloAnswer.Closed => $"{port} closes the connection on a TLS hello",
            _ => null,
        };
    }

    /// <summary>Why no plain HTTP is spoken; <c>null</c> when some is.</summary>
    /// <param name="exchange">A plain request.</param>
    public static string? OfPlain(Exchange exchange)
    {
        string port = $"port {exchange.Ask.Route.Place.Port} of {exchange.Ask.Route.Place.Host}";
        return (exchange.Opening, exchange.Http) switch
        {
            (Opening.Unreachable unreachable, _) => unreachable.Reason,
            (_, HttpOutcome.Answered { Answer: { Status: 400 } answer }) when Encoding.Latin1.GetString(answer.Body.Span).Contains("HTTPS port", StringComparison.Ordinal) =>
                $"{port} speaks TLS, not plain HTTP: write https://",
            (_, HttpOutcome.Answered) => null,
            (_, HttpOutcome.TimedOut) => $"{port} accepts connections and says nothing to an HTTP request",
            (_, HttpOutcome.Malformed) => $"{port} does not answer plain HTTP: is it TLS (https://)?",
            _ => $"{port} closes the connection on a plain HTTP request: is it TLS (https://)?",
        };
    }
}

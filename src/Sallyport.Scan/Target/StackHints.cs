using System;
using System.Collections.Generic;
using System.Linq;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Target;

/// <summary>Guesses the stack in front from its manners. A hint for remedies, never a proof.</summary>
internal static class StackHints
{
    /// <summary>The stack that the exchanges look like; <c>null</c> when none.</summary>
    /// <param name="exchanges">What the survey saw.</param>
    public static ServerStack? Guess(IEnumerable<Exchange> exchanges)
    {
        HttpAnswer[] answers = [.. exchanges.Select(e => e.Answer).OfType<HttpAnswer>()];
        foreach (string server in answers.Select(a => a.Header("server")).OfType<string>())
        {
            if (Named(server) is { } named)
            {
                return named;
            }
        }

        foreach (HttpAnswer answer in answers)
        {
            string text = AnswerShape.Text(answer);
            if (text.Contains("<center>nginx", StringComparison.Ordinal))
            {
                return ServerStack.Nginx;
            }

            if (answer.Header("x-powered-by")?.Contains("Express", StringComparison.OrdinalIgnoreCase) == true)
            {
                return ServerStack.Node;
            }

            if (answer.Headers.Any(h => h.Name.StartsWith("x-envoy-", StringComparison.OrdinalIgnoreCase)))
            {
                return ServerStack.Envoy;
            }
        }

        return null;
    }

    private static ServerStack? Named(string server) => server.Split('/', ' ')[0].ToLowerInvariant() switch
    {
        "nginx" or "openresty" => ServerStack.Nginx,
        "kestrel" => ServerStack.AspNetCore,
        "envoy" or "istio-envoy" => ServerStack.Envoy,
        "haproxy" => ServerStack.Haproxy,
        "caddy" or "traefik" => ServerStack.Go,
        _ => null,
    };
}

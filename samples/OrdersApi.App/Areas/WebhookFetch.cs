using System;
using System.IO;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace OrdersApi.App.Areas;

/// <summary>Goes wherever a webhook points, which only a weakness does.</summary>
internal static class WebhookFetch
{
    private const int LongestPreview = 2_000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>The beginning of what was found there, or why not.</summary>
    public static async Task<string> PreviewAsync(string text, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            return "no URL";
        }

        try
        {
            if (url.IsFile)
            {
                return Short(await File.ReadAllTextAsync(url.LocalPath, cancellationToken));
            }

            using var http = new HttpClient { Timeout = _patience, MaxResponseContentBufferSize = 256 * 1024 };
            using var answer = await http.GetAsync(url, cancellationToken);
            return Short($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException or NotSupportedException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Short(e.Message);
        }
    }

    private static string Short(string text) => text.Length > LongestPreview ? text[..LongestPreview] : text;
}

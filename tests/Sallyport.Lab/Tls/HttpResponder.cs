using System;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Client;

namespace Sallyport.Lab.Tls;

/// <summary>HTTP/1.1 over the scripted server: one small answer for each request, with what is known of the client in it.</summary>
internal sealed class HttpResponder(ServedConnection peer, IServerGeneration generation, Action<ServedRequest> note)
{
    private const int MaxHead = 64 * 1024;
    private bool _asked;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        string pending = "";
        if (peer.EarlyData.Length > 0)
        {
            pending = Encoding.Latin1.GetString(peer.EarlyData);
            int early = pending.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (peer.Has(ServerFlaw.ServeEarlyData) && early >= 0 && !await AnswerAsync(pending[..early], early: true, cancellationToken))
            {
                return;
            }

            pending = "";
        }

        while (true)
        {
            int end = pending.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                string head = pending[..end];
                pending = pending[(end + 4)..];
                if (!await AnswerAsync(head, early: false, cancellationToken))
                {
                    return;
                }

                continue;
            }

            switch (await peer.Connection.ReceiveAsync(cancellationToken))
            {
                case Inbound.Data data when pending.Length < MaxHead:
                    pending += Encoding.Latin1.GetString(data.Bytes);
                    break;
                case Inbound.Message message:
                    if (!await generation.TakeAsync(message.Value, cancellationToken))
                    {
                        return;
                    }

                    break;
                case Inbound.Warning:
                    break;
                default:
                    return;
            }
        }
    }

    private async Task<bool> AnswerAsync(string head, bool early, CancellationToken cancellationToken)
    {
        string[] lines = head.Split("\r\n");
        string path = lines[0].Split(' ') is [_, var target, ..] ? target : "/";
        string host = lines.Skip(1).FirstOrDefault(static line => line.StartsWith("Host:", StringComparison.OrdinalIgnoreCase))?[5..].Trim() ?? "";
        if (peer.Site.Policy == ClientCertificatePolicy.AfterRequest && !peer.Authorized && !_asked && !early)
        {
            _asked = true;
            if (!await generation.AskForCertificateAsync(cancellationToken))
            {
                return false;
            }
        }

        if (peer.Script.Shape == ServerShape.EndlessBody)
        {
            await EndlessAsync(cancellationToken);
        }

        ServerSite site = SiteOf(host);
        // Paths that the scanner makes up do not exist, as on any API.
        int status = path.Contains("/sallyport-", StringComparison.Ordinal) && Status(site) == 200 ? 404 : Status(site);
        note(new ServedRequest(site.Name, host, path, peer.Identity, peer.Resumed, early, status));
        string body = status == 200
            ? $"{site.Marker}\nsite={site.Name} identity={peer.Identity} host={host} path={path} resumed={(peer.Resumed ? "yes" : "no")} early={(early ? "yes" : "no")}\n"
            : $"refused {status}\n";
        bool close = lines.Skip(1).Any(static line => line.Equals("Connection: close", StringComparison.OrdinalIgnoreCase));
        string answer = $"HTTP/1.1 {status} {(status == 200 ? "OK" : "No")}\r\nContent-Type: text/plain\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n"
            + (close ? "Connection: close\r\n\r\n" : "\r\n")
            + (lines[0].StartsWith("HEAD ", StringComparison.Ordinal) ? "" : body);
        await peer.WriteAsync(Encoding.UTF8.GetBytes(answer), cancellationToken);
        return !close;
    }

    private ServerSite SiteOf(string host)
    {
        string name = host.Split(':')[0].TrimEnd('.').ToLowerInvariant();
        return peer.Has(ServerFlaw.ServeAnyHost) ? peer.Script.Sites.FirstOrDefault(site => site.Name == name) ?? peer.Site : peer.Site;
    }

    private int Status(ServerSite site)
    {
        if (site == peer.Site && peer.Site.Policy is ClientCertificatePolicy.Required or ClientCertificatePolicy.AfterRequest && !peer.Authorized)
        {
            return 403;
        }

        return peer.Has(ServerFlaw.RefuseResumedAtHttp) && peer.Resumed && peer.ResumedSite != peer.Site.Name ? 421 : 200;
    }

    private async Task EndlessAsync(CancellationToken cancellationToken)
    {
        await peer.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), cancellationToken);
        byte[] chunk = [.. "2000\r\n"u8, .. new byte[0x2000], .. "\r\n"u8];
        while (!peer.Connection.Records.WriteFailed)
        {
            await peer.WriteAsync(chunk, cancellationToken);
        }
    }
}

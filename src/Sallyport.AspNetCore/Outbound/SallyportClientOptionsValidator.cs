using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Outbound;

/// <summary>Finds everything that is wrong with a client at start: what is set, and what its files hold.</summary>
internal sealed class SallyportClientOptionsValidator(string client, IHostEnvironment environment) : IValidateOptions<SallyportClientOptions>
{
    public ValidateOptionsResult Validate(string? name, SallyportClientOptions options)
    {
        if (name != client)
        {
            return ValidateOptionsResult.Skip;
        }

        var wrong = new List<string>();
        if (options.AnchorFiles.Count == 0)
        {
            wrong.Add($"Client {client} trusts nobody: give it the PEM file of a root (AddPemFile).");
        }

        if (options.Pins.Count == 1)
        {
            wrong.Add($"Client {client} has one pin: add a second one to go on with when the first key is lost.");
        }

        if ((options.CertificateFile is null) != (options.KeyFile is null))
        {
            wrong.Add($"Client {client} has a certificate without its key, or a key without its certificate.");
        }

        if (options.Revocation.Mode == RevocationMode.Required && options.RevocationListFiles.Count == 0)
        {
            wrong.Add($"Client {client} asks for revocation, but has no list (AddRevocationList): it would refuse every server.");
        }

        wrong.AddRange(Files(options).SelectMany(Problems));
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<(ImmutableArray<string> Paths, Action<ImmutableArray<byte[]>> Read)> Files(SallyportClientOptions options)
    {
        foreach (string path in options.AnchorFiles)
        {
            yield return ([path], static c => _ = OutboundFiles.Anchors(c[0]).Count());
        }

        foreach (string path in options.IntermediateFiles)
        {
            yield return ([path], static c => OutboundFiles.Certificates(c[0]));
        }

        foreach (string path in options.RevocationListFiles)
        {
            yield return ([path], static c => OutboundFiles.Lists(c[0]));
        }

        if (options is { CertificateFile: { } certificate, KeyFile: { } key })
        {
            yield return ([certificate, key], static c => OutboundFiles.ClientCertificate(c[0], c[1]));
        }
    }

    private IEnumerable<string> Problems((ImmutableArray<string> Paths, Action<ImmutableArray<byte[]>> Read) files)
    {
        string? problem = null;
        try
        {
            files.Read([.. files.Paths.Select(path => File.ReadAllBytes(Path.GetFullPath(path, environment.ContentRootPath)))]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or FormatException or ArgumentException)
        {
            problem = $"Client {client}, {string.Join(" and ", files.Paths)}: {e.Message}";
        }

        return problem is null ? [] : [problem];
    }
}

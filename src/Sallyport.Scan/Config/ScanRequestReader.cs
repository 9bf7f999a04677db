using System;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Config;

/// <summary>Makes a scan request of the command line and the configuration file, or says all that is wrong with them.</summary>
/// <remarks>Reads the files that the user names; sends nothing. The command line wins over the configuration file.</remarks>
public sealed class ScanRequestReader
{
    private readonly Func<string, string?> _environment;
    private readonly string _workingDirectory;

    /// <summary>A reader.</summary>
    /// <param name="environment">Answers an environment variable, or <c>null</c> when it is not set.</param>
    /// <param name="workingDirectory">The absolute folder that paths on the command line are relative to.</param>
    public ScanRequestReader(Func<string, string?> environment, string workingDirectory)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentException.ThrowIfNullOrEmpty(workingDirectory);
        (_environment, _workingDirectory) = (environment, workingDirectory);
    }

    /// <summary>Reads everything the options name.</summary>
    /// <param name="options">The command line.</param>
    public ScanRequestAnswer Read(ScanOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var draft = new ScanDraft();
        var problems = new ProblemList();
        var secrets = new SecretSource(_environment);
        if (options.ConfigurationFile is not null)
        {
            new ConfigurationFile(secrets, draft, problems).Read(options.ConfigurationFile, _workingDirectory);
        }

        new CommandLineOverrides(secrets, draft, problems, _workingDirectory).Apply(options);
        if (draft.Target is null && problems.IsEmpty)
        {
            problems.Add("no target", "name the API: sallyport scan https://api.example.com, or target: in the configuration file");
        }

        ImmutableArray<Identity> identities = Identities(draft, problems);
        ClientAuthority? authority = Authority(draft, problems);
        ImmutableArray<ImmutableArray<byte>> roots = Roots(draft, problems);
        ApiDescription? description = Description(draft, problems);
        foreach (string pattern in (string[])[.. draft.Protected, .. draft.Public, .. draft.Excluded, .. draft.Operations])
        {
            if (!OperationPattern.TryParse(pattern, out _, out string? wrong))
            {
                problems.Add($"{Shown.Quoted(pattern)} is no operation: {wrong}", OperationPattern.Hint);
            }
        }

        if (!problems.IsEmpty || draft.Target is null)
        {
            Dispose(identities, authority);
            return new ScanRequestAnswer.Refused(problems.ToImmutable());
        }

        ScanRequest request = Request(options, draft, draft.Target) with { Identities = identities, ClientAuthority = authority, ServerRoots = roots };
        request = OperationMerge.WithNamed(request, [.. draft.Operations]);
        if (description is not null)
        {
            request = OperationMerge.WithDescription(request, description);
            draft.Notes.AddRange(description.Notes);
        }

        return new ScanRequestAnswer.Accepted(request, [.. draft.Notes]);
    }

    private static ScanRequest Request(ScanOptions options, ScanDraft draft, TargetUrl target) => new()
    {
        Target = target,
        ConnectTo = draft.ConnectTo,
        Issuer = draft.Issuer,
        Names = [.. draft.Names],
        Origins = [.. draft.Origins],
        Backends = [.. draft.Backends],
        Callback = draft.Callback,
        CallbackZone = draft.CallbackZone,
        DescriptionPath = DescriptionAddress.IsUrl(draft.Description) ? DescriptionAddress.PathOf(draft.Description) : null,
        Protected = [.. draft.Protected],
        Public = [.. draft.Public],
        Excluded = [.. draft.Excluded],
        Expect = draft.Expect,
        Hooks = draft.Hooks,
        AllowHooks = options.AllowHooks,
        Mode = options.Mode,
        Limits = draft.Limits,
        Only = CommandLineOverrides.Split(options.Only),
        Skip = CommandLineOverrides.Split(options.Skip),
        Stack = options.Stack,
    };

    private static ImmutableArray<Identity> Identities(ScanDraft draft, ProblemList problems)
    {
        var identities = ImmutableArray.CreateBuilder<Identity>();
        foreach (IdentityDraft one in draft.Identities)
        {
            IdentityMaterial? material = null;
            if (one.Certificate is not null)
            {
                material = IdentityFile.Load(one.Certificate, one.Key, one.Password, KeyOwner.Identity(one.Name), keyRequired: true, out InputProblem? problem);
                if (problem is not null)
                {
                    problems.Add(problem.Message, problem.Hint, one.Where);
                    continue;
                }
            }
            else if (one.Key is not null || one.Password is not null)
            {
                problems.Add($"the identity {one.Name} has a {(one.Key is null ? "password" : "key")} but no certificate", $"give it: --identity {one.Name}=cert.pem,key.pem, or cert: in the configuration file", one.Where);
                continue;
            }
            else if (one.Token is null && one.Cookie is null && one.Basic is null && one.ApiKey is null && one.Login is null)
            {
                problems.Add($"the identity {one.Name} has neither a certificate nor other credentials", "give it cert: and key:, token:, cookie:, basic:, apiKey: or login:", one.Where);
                continue;
            }

            identities.Add(new()
            {
                Name = one.Name,
                Chain = material?.Chain ?? [],
                Key = material?.Key,
                Token = one.Token,
                Cookie = one.Cookie,
                Basic = one.Basic,
                ApiKey = one.ApiKey,
                ApiKeyHeader = one.ApiKeyHeader ?? "X-API-Key",
                Login = one.Login,
                Role = one.Role,
                State = one.State,
                Disposable = one.Disposable,
                Values = one.Values,
            });
        }

        return identities.ToImmutable();
    }

    private static ClientAuthority? Authority(ScanDraft draft, ProblemList problems)
    {
        if (draft.ClientAuthority is null)
        {
            if (draft.ClientAuthorityKey is not null)
            {
                problems.Add("the client CA has a key but no certificate", "give both: --client-ca ca.pem --client-ca-key ca.key");
            }

            return null;
        }

        bool withKey = draft.ClientAuthorityKey is not null;
        IdentityMaterial? material = IdentityFile.Load(
            draft.ClientAuthority, draft.ClientAuthorityKey, draft.ClientAuthorityPassword, KeyOwner.ClientAuthority, withKey, out InputProblem? problem);
        if (material is null)
        {
            problems.Add(problem?.Message ?? "the client CA cannot be read", problem?.Hint);
            return null;
        }

        // A key that stands in the certificate's own file is no consent to mint with it: only --client-ca-key or clientCa.key is.
        AsymmetricAlgorithm? key = withKey ? material.Key : null;
        if (!withKey)
        {
            material.Key?.Dispose();
        }

        return new() { Certificate = material.Chain[0], Key = key };
    }

    private static ImmutableArray<ImmutableArray<byte>> Roots(ScanDraft draft, ProblemList problems)
    {
        if (draft.ServerAuthority is null)
        {
            return [];
        }

        ImmutableArray<ImmutableArray<byte>> roots = CertificateFile.Load(draft.ServerAuthority, "the CA of the server", out InputProblem? problem);
        if (problem is not null)
        {
            problems.Add(problem.Message, problem.Hint);
        }

        return roots;
    }

    private static ApiDescription? Description(ScanDraft draft, ProblemList problems)
    {
        if (draft.Description is null)
        {
            return null;
        }

        if (DescriptionAddress.IsUrl(draft.Description))
        {
            if (draft.Target is not null && DescriptionAddress.Refuse(draft.Description, draft.Target) is InputProblem refused)
            {
                problems.Add(refused.Message, refused.Hint);
            }

            return null;
        }

        switch (ApiDescriptionReader.ReadFile(draft.Description, draft.Target))
        {
            case ApiDescriptionAnswer.Read read:
                return read.Description;
            case ApiDescriptionAnswer.Broken broken:
                problems.Add(broken.Problem.Message, broken.Problem.Hint, broken.Problem.Where);
                return null;
            default:
                return null;
        }
    }

    private static void Dispose(ImmutableArray<Identity> identities, ClientAuthority? authority)
    {
        foreach (Identity identity in identities)
        {
            identity.Key?.Dispose();
        }

        authority?.Key?.Dispose();
    }
}

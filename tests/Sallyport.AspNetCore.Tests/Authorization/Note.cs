using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.Tests.Authorization;

/// <summary>A resource that belongs to somebody.</summary>
internal sealed record Note(string Owner);

/// <summary>Two notes in memory: "1" is alice's, "2" is bob's. Owners may do everything.</summary>
internal sealed class Notes : IResourceSource<Note>, IResourcePolicy<Note>
{
    private readonly Dictionary<string, Note> _notes = new() { ["1"] = new Note("alice"), ["2"] = new Note("bob") };

    public int Reads { get; private set; }

    public ValueTask<StoredResource<Note>?> FindAsync(string key, CancellationToken cancellationToken)
    {
        Reads++;
        return ValueTask.FromResult(_notes.TryGetValue(key, out var note) ? new StoredResource<Note>(note, "v1") : null);
    }

    public bool Allows(CertificateIdentity identity, Note resource, string operation) => resource.Owner == identity.Name;
}

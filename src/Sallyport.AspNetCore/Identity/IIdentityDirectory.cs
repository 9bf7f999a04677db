using System;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Identity;

/// <summary>The live view of the identity store: answers from memory, and nobody when what it knows is too old.</summary>
public interface IIdentityDirectory
{
    /// <summary>
    /// The number of the snapshot that counts now; whoever keeps an identity keeps this and asks again when it has moved. 0 while
    /// none counts: never read, or not confirmed for longer than <see cref="IdentityOptions.MaxStaleness"/>.
    /// </summary>
    long Epoch { get; }

    /// <summary><see cref="Epoch"/>, for who has looked at the clock already.</summary>
    /// <param name="now">Its reading.</param>
    internal long EpochAt(DateTimeOffset now) => Epoch;

    /// <summary>Finds whose certificate it is. From memory, without I/O.</summary>
    /// <param name="certificate">A verified certificate.</param>
    /// <returns>The identity; or why there is none.</returns>
    IdentityAnswer Find(VerifiedClientCertificate certificate);

    /// <summary>Finds an identity by its name: for the moment of use, and for tokens that name a subject. From memory.</summary>
    /// <param name="name">The account's name, compared exactly.</param>
    IdentityAnswer FindByName(string name);

    /// <summary>Hears of every later snapshot, in order, on the publisher's thread: be quick. Also when an identity's dates begin or end.</summary>
    /// <param name="listener">Gets the new epoch.</param>
    void Subscribe(Action<long> listener);
}

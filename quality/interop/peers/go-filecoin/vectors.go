package main

import (
	"bytes"
	"encoding/hex"
	"fmt"

	"github.com/filecoin-project/boost/storagemarket/types"
	"github.com/filecoin-project/go-address"
	cborutil "github.com/filecoin-project/go-cbor-util"
	"github.com/filecoin-project/go-fil-markets/retrievalmarket"
	"github.com/filecoin-project/go-fil-markets/storagemarket"
	"github.com/filecoin-project/go-fil-markets/storagemarket/network"
	"github.com/filecoin-project/go-state-types/abi"
	"github.com/filecoin-project/go-state-types/big"
	"github.com/filecoin-project/go-state-types/builtin/v9/market"
	"github.com/google/uuid"
	"github.com/ipfs/go-cid"
	"github.com/multiformats/go-multihash"
)

// sizes are those around the edges of padding.
var sizes = []int{65, 126, 127, 128, 253, 254, 255, 381, 382, 508, 509, 1016, 1017, 2032, 4064, 4065, 10000, 16256, 65535, 65536, 130048, 130049, 1 << 20}

func dealOf(label market.DealLabel) market.ClientDealProposal {
	piece, size, err := commitment(pattern(1000), 0)
	if err != nil {
		panic(err)
	}
	proposal := market.DealProposal{
		PieceCID: piece, PieceSize: size, VerifiedDeal: true, Client: clientWallet.address(), Provider: miner, Label: label,
		StartEpoch: 100000, EndEpoch: 700000,
		StoragePricePerEpoch: big.Exp(big.NewInt(10), big.NewInt(30)), ProviderCollateral: big.NewInt(255), ClientCollateral: big.Zero(),
	}
	return market.ClientDealProposal{Proposal: proposal, ClientSignature: clientWallet.sign(must(cborutil.Dump(&proposal)))}
}

func rawRoot(data []byte) cid.Cid {
	return cid.NewCidV1(cid.Raw, must(multihash.Sum(data, multihash.SHA2_256, -1)))
}

func vectors() error {
	steady = true
	say := func(name string, value any) { fmt.Println(name, value) }
	dump := func(name string, message any) { say(name, hex.EncodeToString(must(cborutil.Dump(message)))) }
	for _, size := range sizes {
		piece, padded, err := commitment(pattern(size), 0)
		if err != nil {
			return err
		}
		say(fmt.Sprintf("piece-%d", size), fmt.Sprintf("%s/%d", piece, padded))
		more, larger, err := commitment(pattern(size), uint64(padded)*8)
		if err != nil {
			return err
		}
		say(fmt.Sprintf("padded-%d", size), fmt.Sprintf("%s/%d", more, larger))
	}
	addresses := []address.Address{
		must(address.NewIDAddress(0)), miner, must(address.NewIDAddress(1<<63 - 1)), clientWallet.address(), workerWallet.address(),
		must(address.NewActorAddress([]byte("an actor"))), must(address.NewBLSAddress(bytes.Repeat([]byte{5}, 48))),
		must(address.NewDelegatedAddress(10, bytes.Repeat([]byte{6}, 20))), must(address.NewDelegatedAddress(1<<40, nil)),
	}
	for i, one := range addresses {
		say(fmt.Sprintf("address-%d", i), one.String()+"/"+hex.EncodeToString(one.Bytes()))
	}
	for _, text := range []string{"", "a message", string(pattern(300))} {
		signature := clientWallet.sign([]byte(text))
		say(fmt.Sprintf("signature-%d", len(text)), hex.EncodeToString(must(signature.MarshalBinary())))
	}
	named := dealOf(must(market.NewLabelFromString("a läbel")))
	unnamed := dealOf(must(market.NewLabelFromBytes([]byte{0, 255, 1})))
	id := uuid.MustParse("00112233-4455-4677-8899-aabbccddeeff")
	root := rawRoot([]byte("content"))
	transfer := types.Transfer{Type: "libp2p", ClientID: "client", Params: []byte(`{"URL":"x"}`), Size: 1000}
	params := types.DealParams{DealUUID: id, ClientDealProposal: named, DealDataRoot: root, Transfer: transfer, SkipIPNIAnnounce: true}
	dump("deal", &named)
	dump("deal-of-bytes", &unnamed)
	say("signed-proposal", must(cborutil.AsIpld(&named)).Cid())
	dump("params", &params)
	dump("params-offline", &types.DealParams{
		DealUUID: id, IsOffline: true, ClientDealProposal: unnamed, DealDataRoot: root, RemoveUnsealedCopy: true})
	dump("params-1.2.0", &types.DealParamsV120{DealUUID: id, ClientDealProposal: named, DealDataRoot: root, Transfer: transfer})
	dump("accepted", &types.DealResponse{Accepted: true})
	dump("refused", &types.DealResponse{Message: "no"})
	dump("status-request", &types.DealStatusRequest{DealUUID: id, Signature: clientWallet.sign(id[:])})
	status := types.DealStatus{
		Status: "Published", SealingStatus: "PreCommit1", Proposal: named.Proposal,
		SignedProposalCid: must(cborutil.AsIpld(&named)).Cid(), PublishCid: &root, ChainDealID: 7}
	dump("status", &types.DealStatusResponse{DealUUID: id, DealStatus: &status, TransferSize: 1000, NBytesReceived: 500})
	status.PublishCid = nil
	status.Error = "failed"
	dump("status-failed", &types.DealStatusResponse{DealUUID: id, DealStatus: &status, IsOffline: true})
	dump("status-unknown", &types.DealStatusResponse{DealUUID: id, Error: "unknown"})
	dump("ask-request", &network.AskRequest{Miner: miner})
	dump("ask", &network.AskResponse{Ask: signedAsk(workerWallet)})
	dump("ask-none", &network.AskResponse{})
	query := retrievalmarket.NewQueryV0(root)
	dump("query", &query)
	query = retrievalmarket.NewQueryV1(root, &named.Proposal.PieceCID)
	dump("query-piece", &query)
	dump("query-answer", &retrievalmarket.QueryResponse{
		Status: retrievalmarket.QueryResponseAvailable, PieceCIDFound: retrievalmarket.QueryItemUnknown, Size: 2048,
		PaymentAddress: workerWallet.address(), MinPricePerByte: big.NewInt(2), MaxPaymentInterval: 1 << 20,
		MaxPaymentIntervalIncrease: 1 << 10, Message: "", UnsealPrice: big.Zero()})
	return nil
}

func signedAsk(signer wallet) *storagemarket.SignedStorageAsk {
	ask := storagemarket.StorageAsk{
		Price: big.NewInt(500000000), VerifiedPrice: big.NewInt(50000000), MinPieceSize: 256, MaxPieceSize: abi.PaddedPieceSize(1 << 30),
		Miner: miner, Timestamp: 10, Expiry: 1000010, SeqNo: 3,
	}
	signature := signer.sign(must(cborutil.Dump(&ask)))
	return &storagemarket.SignedStorageAsk{Ask: &ask, Signature: &signature}
}

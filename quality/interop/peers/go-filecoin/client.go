package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/filecoin-project/boost/storagemarket/types"
	"github.com/filecoin-project/boost/storagemarket/types/dealcheckpoints"
	transport "github.com/filecoin-project/boost/transport/types"
	cborutil "github.com/filecoin-project/go-cbor-util"
	"github.com/filecoin-project/go-fil-markets/retrievalmarket"
	"github.com/filecoin-project/go-fil-markets/storagemarket"
	"github.com/filecoin-project/go-fil-markets/storagemarket/network"
	"github.com/filecoin-project/go-state-types/abi"
	"github.com/filecoin-project/go-state-types/big"
	"github.com/filecoin-project/go-state-types/builtin/v9/market"
	"github.com/google/uuid"
	"github.com/ipfs/go-cid"
	cbor "github.com/ipfs/go-ipld-cbor"
	gostream "github.com/libp2p/go-libp2p-gostream"
	"github.com/libp2p/go-libp2p/core/host"
	p2pnet "github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	ma "github.com/multiformats/go-multiaddr"
	"github.com/multiformats/go-multihash"
	"github.com/multiformats/go-varint"
	cbg "github.com/whyrusleeping/cbor-gen"
)

// exchange sends a message and reads the answer without ending its half of the stream before, as boost does.
func exchange(h host.Host, remote peer.ID, question any, answer cbg.CBORUnmarshaler, protocols ...protocol.ID) (p2pnet.Stream, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	s, err := h.NewStream(ctx, remote, protocols...)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if err := s.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return nil, err
	}
	if err := cborutil.WriteCborRPC(s, question); err != nil {
		return nil, err
	}
	return s, answer.UnmarshalCBOR(s)
}

func ask(h host.Host, remote peer.ID) error {
	var response network.AskResponse
	if _, err := exchange(h, remote, &network.AskRequest{Miner: miner}, &response, storagemarket.AskProtocolID); err != nil {
		return err
	}
	if response.Ask == nil {
		return errors.New("no ask")
	}
	if err := holds(*response.Ask.Signature, workerWallet.address(), must(cborutil.Dump(response.Ask.Ask))); err != nil {
		return err
	}
	event("ask", map[string]any{"price": response.Ask.Ask.Price.String(), "least": response.Ask.Ask.MinPieceSize})
	return nil
}

func query(h host.Host, remote peer.ID, words []string) error {
	if len(words) == 0 {
		return errors.New("no root")
	}
	root, err := cid.Decode(words[0])
	if err != nil {
		return err
	}
	asked := retrievalmarket.NewQueryV0(root)
	if len(words) > 1 {
		piece, err := cid.Decode(words[1])
		if err != nil {
			return err
		}
		asked = retrievalmarket.NewQueryV1(root, &piece)
	}
	var response retrievalmarket.QueryResponse
	if _, err := exchange(h, remote, &asked, &response, retrievalmarket.QueryProtocolID); err != nil {
		return err
	}
	event("query", map[string]any{"status": response.Status, "found": response.PieceCIDFound, "bytes": response.Size})
	return nil
}

// carOf is a CAR with one raw block.
func carOf(data []byte) (cid.Cid, []byte) {
	root := cid.NewCidV1(cid.Raw, must(multihash.Sum(data, multihash.SHA2_256, -1)))
	header := must(cbor.WrapObject(map[string]any{"roots": []cid.Cid{root}, "version": 1}, multihash.SHA2_256, -1)).RawData()
	var out bytes.Buffer
	out.Write(varint.ToUvarint(uint64(len(header))))
	out.Write(header)
	out.Write(varint.ToUvarint(uint64(root.ByteLen() + len(data))))
	out.Write(root.Bytes())
	out.Write(data)
	return root, out.Bytes()
}

// handOver serves the CAR as boost's Libp2pCarServer does.
func handOver(h host.Host, token string, car []byte) error {
	listener, err := gostream.Listen(h, transport.DataTransferProtocol)
	if err != nil {
		return err
	}
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, password, ok := r.BasicAuth()
		event("asked", map[string]any{"range": r.Header.Get("Range"), "right": ok && password == token})
		if !ok || password != token {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/vnd.ipld.car")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(car))
	}))
	return nil
}

func propose(h host.Host, remote peer.ID, o options) error {
	size := 100000
	if o["size"] != "" {
		size = must(strconv.Atoi(o["size"]))
	}
	root, car := carOf(pattern(size))
	piece, padded, err := commitment(car, 1024)
	if err != nil {
		return err
	}
	const token = "a token"
	if err := handOver(h, token, car); err != nil {
		return err
	}
	proposal := market.DealProposal{
		PieceCID: piece, PieceSize: padded, Client: clientWallet.address(), Provider: miner,
		Label: must(market.NewLabelFromString(root.String())), StartEpoch: 20000, EndEpoch: 20000 + 200*2880,
		StoragePricePerEpoch: big.NewInt(int64(padded)), ProviderCollateral: big.NewInt(int64(padded)), ClientCollateral: abi.NewTokenAmount(0),
	}
	shown := token
	switch o["wrong"] {
	case "price":
		proposal.StoragePricePerEpoch = big.Zero()
	case "piece":
		proposal.PieceCID, _, _ = commitment(pattern(size), 1024)
	case "token":
		shown = "another token"
	}
	signer := clientWallet
	if o["wrong"] == "signature" {
		signer = workerWallet
	}
	signed := market.ClientDealProposal{Proposal: proposal, ClientSignature: signer.sign(must(cborutil.Dump(&proposal)))}
	self := h.Addrs()[0].Encapsulate(must(ma.NewMultiaddr("/p2p/" + h.ID().String())))
	request := transport.HttpRequest{
		URL:     "libp2p://" + self.String(),
		Headers: map[string]string{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(":"+shown))},
	}
	transfer := types.Transfer{Type: "libp2p", ClientID: "go", Params: must(json.Marshal(request)), Size: uint64(len(car))}
	id := uuid.New()
	var response types.DealResponse
	var s p2pnet.Stream
	if o["v120"] != "" {
		params := types.DealParamsV120{DealUUID: id, ClientDealProposal: signed, DealDataRoot: root, Transfer: transfer}
		s, err = exchange(h, remote, &params, &response, dealProtocol120)
	} else {
		params := types.DealParams{DealUUID: id, ClientDealProposal: signed, DealDataRoot: root, Transfer: transfer}
		s, err = exchange(h, remote, &params, &response, dealProtocol121, dealProtocol120)
	}
	if err != nil {
		return err
	}
	event("answer", map[string]any{"protocol": string(s.Protocol()), "id": id.String(), "root": root.String(),
		"piece": piece.String(), "accepted": response.Accepted, "reason": response.Message})
	if !response.Accepted {
		return errors.New("refused: " + response.Message)
	}
	until, err := dealcheckpoints.FromString(o["until"])
	if err != nil {
		return err
	}
	return follow(h, remote, id, signed, until)
}

// follow asks for the state of a deal until it has come so far, or has failed.
func follow(h host.Host, remote peer.ID, id uuid.UUID, signed market.ClientDealProposal, until dealcheckpoints.Checkpoint) error {
	wrong := types.DealStatusRequest{DealUUID: id, Signature: workerWallet.sign(id[:])}
	var refused types.DealStatusResponse
	if _, err := exchange(h, remote, &wrong, &refused, statusProtocol); err != nil {
		return err
	}
	if refused.Error == "" || refused.DealStatus != nil {
		return errors.New("a state was told to another wallet")
	}
	for range 200 {
		var response types.DealStatusResponse
		request := types.DealStatusRequest{DealUUID: id, Signature: clientWallet.sign(id[:])}
		if _, err := exchange(h, remote, &request, &response, statusProtocol); err != nil {
			return err
		}
		if response.DealStatus == nil {
			return errors.New("no state: " + response.Error)
		}
		if response.DealStatus.SignedProposalCid != must(cborutil.AsIpld(&signed)).Cid() {
			return errors.New("another signed proposal")
		}
		if response.DealStatus.Error != "" {
			return errors.New("failed: " + response.DealStatus.Error)
		}
		checkpoint, err := dealcheckpoints.FromString(response.DealStatus.Status)
		if err != nil {
			return err
		}
		if checkpoint >= until {
			event("status", map[string]any{"status": response.DealStatus.Status, "deal": response.DealStatus.ChainDealID,
				"received": response.NBytesReceived, "published": response.DealStatus.PublishCid != nil})
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return errors.New("the deal does not come so far")
}
